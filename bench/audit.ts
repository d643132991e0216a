import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AuditLog,
  entriesPerBatch,
  proveEvent,
  proveGrowth,
  type Scope,
  type Sequencing,
  sequenceEvents,
  signNewest,
} from '@fettle/control';
import { type AuditEvent, tenantId } from '@fettle/model';
import { emptyEdge, encodeEntry, entryOf, growTree, leafHash, vkeyOf } from '@fettle/trust';
import { type OpenStore, openSqliteStore } from '../packages/server/src/store/index.ts';
import { openFileLogSigner } from '../packages/server/src/witness/file-log-signer.ts';

type Results = Record<string, number>;

const tenant = tenantId('bench');
const scope: Scope = { tenant, actor: 'operator:bench', permissions: new Set(['audit.read']) };
const origin = 'bench.example/audit/bench';
const duty = { name: 'audit-log', term: 1 };
const eventsAppended = 20_000;
const largeLog = 1_000_000;
const proofs = 1_000;

/**
 * How many events become entries of the log in a second, signatures included: in a database in memory, and in a file
 * with the writing of the events themselves; and how long a proof takes in a log of a million.
 */
export async function measureAudit(note: (text: string) => void): Promise<Results> {
  note(`audit log: ${eventsAppended} events in memory and on disk`);
  const memory = await inFolder((folder) => measureAppend(folder, ':memory:'));
  const durable = await inFolder((folder) => measureAppend(folder, join(folder, 'fettle.db')));
  note(`audit log: proofs at ${largeLog} entries`);
  const found = await inFolder(measureProofs);
  return {
    'audit.append_per_s': memory.sequencedPerS,
    'audit.append_durable_per_s': durable.wholePerS,
    ...found,
  };
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-bench-audit-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Opened {
  readonly store: OpenStore;
  readonly sequencing: Sequencing;
}

async function withLog<T>(folder: string, file: string, work: (opened: Opened) => Promise<T>): Promise<T> {
  const random = { bytes: (count: number) => randomBytes(count) };
  const clock = { now: () => Date.now() };
  const store = await openSqliteStore({ file, clock, random });
  const signer = openFileLogSigner(join(folder, 'audit.key'));
  try {
    await store.createTenant(tenant, 1);
    await new Promise<void>((taken) => void store.lead(duty.name, taken));
    const sequencing = { store: store.auditLog, signer, random, clock, originOf: () => origin, duty };
    return await work({ store, sequencing });
  } finally {
    signer.close();
    await store.close();
  }
}

function measureAppend(folder: string, file: string) {
  return withLog(folder, file, async ({ store, sequencing }) => {
    const begun = performance.now();
    for (let at = 0; at < eventsAppended; at += 500) {
      await Promise.all(
        Array.from({ length: 500 }, (_, i) => store.transact(scope, (tx) => tx.appendAudit(newEvent(at + i)))),
      );
    }
    const written = performance.now();
    for (let count = entriesPerBatch; count === entriesPerBatch; ) {
      count = await sequenceEvents(scope, sequencing);
      await signNewest(scope, sequencing);
    }
    const ended = performance.now();
    const perS = (ms: number) => (eventsAppended / ms) * 1_000;
    return { sequencedPerS: perS(ended - written), wholePerS: perS(ended - begun) };
  });
}

function measureProofs(folder: string): Promise<Results> {
  return withLog(folder, join(folder, 'fettle.db'), async ({ store, sequencing }) => {
    const log: AuditLog = { number: 1, origin, vkey: vkeyOf(await sequencing.signer.key(origin)), base: 0, beganAt: 1 };
    await store.auditLog.transact(scope, (tx) => tx.beginLog(log));
    await fill(store);
    await signNewest(scope, sequencing);
    const reads = store.auditLog.reads(scope);
    const place = (i: number) => Math.floor((i * 7_919_137) % largeLog);
    const inclusion = await timed(proofs, (i) => proveEvent(scope, store.auditLog, place(i) + 1));
    const consistency = await timed(proofs, (i) => proveGrowth(reads, log, { oldSize: place(i), size: largeLog }));
    return { 'audit.proof_ms': inclusion, 'audit.consistency_ms': consistency };
  });
}

/** Entries of a log without their events: those are not what is measured. */
async function fill(store: OpenStore): Promise<void> {
  let edge = emptyEdge;
  const portion = 5_000;
  const base64 = (hash: Uint8Array) => Buffer.from(hash).toString('base64');
  for (let at = 0; at < largeLog; at += portion) {
    const made = Array.from({ length: portion }, (_, i) => encodeEntry(entryOf(tenant, eventAt(at + i + 1), {})));
    const leaves = made.map((entry) => leafHash(Buffer.from(entry)));
    const grown = growTree(edge, leaves);
    edge = grown.edge;
    const entries = made.map((entry, i) => ({ index: at + i, entry, leaf: base64(leaves[i] ?? new Uint8Array()) }));
    const tiles = grown.tiles.map(({ level, index, hashes, root }) => {
      return { level, index, hashes: base64(Buffer.concat(hashes)), root: base64(root) };
    });
    await store.auditLog.transact(scope, (tx) => tx.appendLog(1, entries, tiles));
  }
}

async function timed(times: number, work: (i: number) => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  for (let i = 0; i < times; i++) await work(i);
  return (performance.now() - begun) / times;
}

function newEvent(i: number) {
  const { verb, object, fleet, before, after, reason } = eventAt(i);
  return { verb, object, fleet, before, after, reason };
}

function eventAt(sequence: number): AuditEvent {
  return {
    sequence,
    at: 1_700_000_000_000 + sequence,
    actor: `device:dev-${sequence % 1_000}`,
    verb: 'deployment.ended',
    object: `deployment/dep-${sequence}`,
    fleet: 'bench',
    before: 'ab'.repeat(32),
    after: 'cd'.repeat(32),
    reason: '',
  };
}
