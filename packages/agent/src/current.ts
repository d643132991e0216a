import { fettleVersion } from '@fettle/model';
import type { native } from '@fettle/protocol';
import type { JournalOrigin } from './journal-store.ts';
import type { Ports } from './kit.ts';
import type { Facts } from './plan.ts';
import type { Readiness } from './readiness.ts';

/** Nobody can say what runs: told as such, never guessed. */
const unknownDigest = '0'.repeat(64);

/** What really runs, by component: the contents of the slot that booted. */
export function currentArtifacts({ config, journal }: Ports, facts: Facts): native.CheckInRequest['current'] {
  const contents = facts.booted === null ? null : journal.journal.slots[facts.booted];
  const current: native.CheckInRequest['current'] = {};
  for (const component of Object.keys(config.components)) {
    current[component] =
      contents?.state === 'known'
        ? {
            version: contents.version,
            counter: contents.counter,
            sha256: contents.components[component]?.sha256 ?? unknownDigest,
          }
        : { version: 'unknown', counter: 0, sha256: unknownDigest };
  }
  return current;
}

/** What the device says of its readiness, and what the agent knows about itself. */
export function attributes(
  { journal, releases }: Ports,
  facts: Facts,
  { origin, readiness }: { readonly origin: JournalOrigin; readonly readiness: Readiness },
): native.CheckInRequest['attributes'] {
  const { boot } = facts;
  const said: native.CheckInRequest['attributes'] = {};
  if (origin === 'backup' || origin === 'lost') said['journal.problem'] = `damaged-${origin}`;
  else if (journal.unsaved) said['journal.problem'] = 'unsaved';
  if (releases.origin !== null) said['trust-origin'] = releases.origin;
  if (!boot.ok) said['boot.problem'] = 'unreadable';
  else if (facts.booted !== null && boot.state.slot !== facts.booted && !boot.state.trial) {
    said['boot.problem'] = 'other-slot-is-next';
  }
  if (readiness.problem !== null) said['readiness.problem'] = readiness.problem;
  if (journal.journal.droppedReports > 0) said['reports.dropped'] = journal.journal.droppedReports;
  return { ...readiness.attributes, agentVersion: fettleVersion, bootedSlot: facts.booted ?? 'unknown', ...said };
}
