import { createHash } from 'node:crypto';
import { otherSlot, type Slot } from './boot/boot-driver.ts';
import type { Journal, SlotContents } from './journal.ts';
import type { JournalOrigin } from './journal-store.ts';
import type { Ports } from './kit.ts';
import type { Facts } from './plan.ts';
import { leapSequences } from './transitions.ts';

const unknownDigest = '0'.repeat(64);

/** Makes the journal fit to go on with: first start, a start after damage, or nothing special. */
export async function prepareJournal(ports: Ports, origin: JournalOrigin, facts: Facts): Promise<void> {
  const { journal, log } = ports;
  if (origin === 'journal') return;
  log.warn('journal-origin', { origin });
  if (origin === 'backup') {
    const slots = { a: await confirm(ports, 'a'), b: await confirm(ports, 'b') };
    return journal.note(leapSequences({ ...journal.journal, slots }));
  }
  // A marker in the boot settings means that there was a journal once: then nobody knows what the slot holds.
  const untouched = facts.boot.ok && facts.boot.state.marker === '' && !facts.boot.state.trial;
  if (origin === 'fresh' && untouched && facts.booted !== null) {
    const contents = await factoryContents(ports, facts.booted);
    const slots: Journal['slots'] = { a: { state: 'unknown' }, b: { state: 'unknown' }, [facts.booted]: contents };
    await journal.note({ ...journal.journal, slots });
  }
}

/**
 * Tells the boot loader that the committed slot has started well: RAUC's scripts count every boot, not only trials.
 * Nothing is written where nothing changes.
 */
export async function markGood({ boot, journal, log }: Ports, facts: Facts): Promise<void> {
  const { booted } = facts;
  if (journal.journal.work || booted === null || !facts.boot.ok) return;
  const { slot, trial, marker } = facts.boot.state;
  if (slot !== booted || trial || marker !== '') return;
  try {
    await boot.settle(booted, journal.journal.slots[otherSlot(booted)].state === 'dirty' ? 'unusable' : 'usable');
  } catch (error) {
    log.error('mark-good', { message: (error as Error).message });
  }
}

/** What the first slot ran before any update. A device has no end of its own, so only a file gets a digest. */
async function factoryContents({ config, installer }: Ports, slot: Slot): Promise<SlotContents> {
  const components: Record<string, { sha256: string; sizeBytes: number }> = {};
  for (const component of Object.keys(config.components)) {
    const sizeBytes = (await installer.fileBytes(component, slot)) ?? 0;
    const hash = createHash('sha256');
    const feed = (bytes: Uint8Array) => hash.update(bytes);
    const whole = sizeBytes > 0 && (await installer.read(component, slot, { sizeBytes, feed }));
    components[component] = whole ? { sha256: hash.digest('hex'), sizeBytes } : { sha256: unknownDigest, sizeBytes: 0 };
  }
  return { state: 'known', ...config.factory, components };
}

/** An older journal may be wrong about a slot by now: only what storage confirms is kept. */
async function confirm({ journal, installer, log }: Ports, slot: Slot): Promise<SlotContents> {
  const contents = journal.journal.slots[slot];
  if (contents.state !== 'known') return contents;
  for (const [component, { sha256, sizeBytes }] of Object.entries(contents.components)) {
    if (sizeBytes === 0) continue;
    const hash = createHash('sha256');
    const feed = (bytes: Uint8Array) => hash.update(bytes);
    const whole = await installer.read(component, slot, { sizeBytes, feed }).catch(() => false);
    if (whole && hash.digest('hex') === sha256) continue;
    log.warn('slot-unconfirmed', { slot, component });
    return { state: 'unknown' };
  }
  return contents;
}
