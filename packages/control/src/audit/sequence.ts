import { type AuditEvent, FettleError } from '@fettle/model';
import {
  encodeEntry,
  entryOf,
  fieldsToCommit,
  growTree,
  type Hash,
  type LogSigner,
  leafHash,
  mostEntryBytes,
  proveConsistency,
  readLogRoot,
  type Salts,
  saltBytes,
  sameHash,
  vkeyOf,
} from '@fettle/trust';
import type { Scope } from '../access/scope.ts';
import type { Clock, Randomness } from '../ports.ts';
import { logHashReader, readEdge } from './log-hashes.ts';
import type { AuditLog, AuditLogStore, AuditLogWrites, SaltRow } from './log-store.ts';

/** What brings events into the log and has it signed. */
export interface Sequencing {
  readonly store: AuditLogStore;
  readonly signer: LogSigner;
  readonly random: Randomness;
  readonly clock: Pick<Clock, 'now'>;
  /** The origin of a tenant's first log. */
  readonly originOf: (scope: Scope) => string;
  /** Only while this process has the duty. */
  readonly duty: { readonly name: string; readonly term: number };
}

/** Events that become entries in one transaction. */
export const entriesPerBatch = 1_000;

/**
 * Makes entries of the next events, in one transaction: entries, tiles that became whole, and salts.
 * The events themselves are the queue: they were committed with what they tell of, numbered without gaps.
 * @returns how many; fewer than a whole batch when nothing more waits
 * @throws FettleError `wrong-state` when the database is older than what was signed
 */
export async function sequenceEvents(scope: Scope, sequencing: Sequencing): Promise<number> {
  const { store, signer } = sequencing;
  const known = await store.reads(scope).auditLog();
  const last = known && (await signer.last(known.origin));
  return store.transact(scope, async (tx) => {
    await tx.demandTerm(sequencing.duty.name, sequencing.duty.term);
    const log = known ?? (await beginFirstLog(scope, sequencing, tx));
    demandKey(log, signer);
    const size = await tx.logSize(log.number);
    if (last && last.size > size) throw rolledBack(log, size, last.size);
    if (last && !sameHash(await readLogRoot(logHashReader(tx, log.number, size), last.size), last.root)) {
      throw rolledBack(log, size, last.size);
    }
    const query = { oldestFirst: true, after: String(log.base + size), limit: 500 };
    const { items } = await tx.auditEvents(query);
    const more =
      items.length < 500 ? [] : (await tx.auditEvents({ ...query, after: String(log.base + size + 500) })).items;
    const events = [...items, ...more];
    if (events.length > 0) await append(scope, tx, { log, size, events, random: sequencing.random });
    return events.length;
  });
}

/** Has the newest state of the log signed, unless it is. Only what is committed is signed: never two histories. */
export async function signNewest(scope: Scope, { store, signer, clock, duty }: Sequencing): Promise<void> {
  const reads = store.reads(scope);
  const log = await reads.auditLog();
  if (!log) return;
  const size = await reads.logSize(log.number);
  const [newest] = await reads.checkpoints(log.number);
  if (newest && newest.size >= size) return;
  const last = await signer.last(log.origin);
  if (last && last.size > size) throw rolledBack(log, size, last.size);
  const hashes = logHashReader(reads, log.number, size);
  const oldSize = last?.size ?? 0;
  const proof = await proveConsistency(hashes, oldSize, size);
  const checkpoint = { origin: log.origin, size, root: await readLogRoot(hashes, size) };
  const signed = await signer.sign({ oldSize, proof, checkpoint });
  if (signed.kind !== 'signed') {
    const why = signed.kind === 'conflict' ? `the signer is at ${signed.size}` : signed.why;
    throw new FettleError('wrong-state', `The signer of the audit log ${log.origin} refuses ${size} entries: ${why}.`);
  }
  await store.transact(scope, async (tx) => {
    await tx.demandTerm(duty.name, duty.term);
    const stored = { size, note: signed.note, signedAt: clock.now(), cosignatures: [] };
    await tx.saveCheckpoint(log.number, stored);
  });
}

async function beginFirstLog(scope: Scope, sequencing: Sequencing, tx: AuditLogWrites): Promise<AuditLog> {
  const found = await tx.auditLog();
  if (found) return found;
  const origin = sequencing.originOf(scope);
  const vkey = vkeyOf(sequencing.signer.key(origin));
  const last = await sequencing.signer.last(origin);
  const log: AuditLog = { number: 1, origin, vkey, base: 0, beganAt: sequencing.clock.now() };
  if (last && last.size > 0) throw rolledBack(log, 0, last.size);
  await tx.beginLog(log);
  return log;
}

function demandKey(log: AuditLog, signer: LogSigner): void {
  const mine = vkeyOf(signer.key(log.origin));
  if (mine === log.vkey) return;
  throw new FettleError(
    'wrong-state',
    `The audit log ${log.origin} is signed with the key ${log.vkey}, this server has ${mine}: ` +
      'give it the key file of the installation (setting audit.keyFile), or begin a new log (fettle audit restart).',
  );
}

function rolledBack(log: AuditLog, size: number, signed: number): FettleError {
  return new FettleError(
    'wrong-state',
    `The audit log ${log.origin} has ${size} entries in the database, but ${signed} were signed, or others: ` +
      'the database is older than that, or was changed. Restore the newest backup; if there is none, begin a new log ' +
      'with the reason (fettle audit restart --reason TEXT). Nothing is appended until then.',
    { details: { origin: log.origin, size, signed } },
  );
}

interface Append {
  readonly log: AuditLog;
  readonly size: number;
  readonly events: readonly AuditEvent[];
  readonly random: Randomness;
}

async function append(scope: Scope, tx: AuditLogWrites, { log, size, events, random }: Append): Promise<void> {
  const salts: SaltRow[] = [];
  const made = events.map((event, i) => {
    if (event.sequence !== log.base + size + i + 1) throw gap(event, log.base + size + i + 1);
    const own = saltsFor(event, random);
    for (const { field, salt } of own) salts.push({ sequence: event.sequence, field, salt });
    return entryText(scope, event, Object.fromEntries(own.map(({ field, salt }) => [field, salt])));
  });
  const leaves = made.map((entry) => leafHash(Buffer.from(entry)));
  const { tiles } = growTree(await readEdge(tx, log.number, size), leaves);
  const base64 = (hash: Hash) => Buffer.from(hash).toString('base64');
  await tx.appendLog(
    log.number,
    made.map((entry, i) => ({ index: size + i, entry, leaf: base64(leaves[i] ?? new Uint8Array()) })),
    tiles.map(({ level, index, hashes, root }) => {
      return { level, index, hashes: base64(Buffer.concat(hashes)), root: base64(root) };
    }),
  );
  await tx.saveSalts(salts);
}

function saltsFor(event: AuditEvent, random: Randomness) {
  return fieldsToCommit(event).map((field) => ({ field, salt: Buffer.from(random.bytes(saltBytes)).toString('hex') }));
}

function entryText(scope: Scope, event: AuditEvent, salts: Salts): string {
  const text = encodeEntry(entryOf(scope.tenant, event, salts));
  if (Buffer.byteLength(text) <= mostEntryBytes) return text;
  throw new FettleError('internal', `Event ${event.sequence} is too long for the audit log.`);
}

function gap(event: AuditEvent, expected: number): FettleError {
  return new FettleError(
    'internal',
    `Expected the audit event ${expected}, found ${event.sequence}: events are missing.`,
  );
}
