import { type AuditEvent, FettleError, type Instant } from '@fettle/model';
import {
  encodeEntry,
  entryOf,
  fieldsToCommit,
  growTree,
  type Hash,
  type Head,
  type LogSigner,
  leafHash,
  mostEntryBytes,
  proveConsistency,
  readLogRoot,
  readVkey,
  type Salts,
  saltBytes,
  sameHash,
  verifyCheckpoint,
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
  readonly originOf: (scope: Scope) => string | Promise<string>;
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
  const origin = known?.origin ?? (await sequencing.originOf(scope));
  // Before the transaction: the signer may be another process, and nobody waits for it with the database in hand.
  const signing = { origin, vkey: vkeyOf(await signer.key(origin)), last: await signer.last(origin) };
  return store.transact(scope, async (tx) => {
    await tx.demandTerm(sequencing.duty.name, sequencing.duty.term);
    const log = (await tx.auditLog()) ?? (await beginFirstLog(tx, signing, sequencing.clock.now()));
    // Somebody has just begun another log: its turn is the next one.
    if (log.origin !== origin) return 0;
    demandKey(log, signing.vkey);
    const size = await tx.logSize(log.number);
    await demandHolds(tx, { log, size, last: signing.last });
    const query = { oldestFirst: true, after: String(log.base + size), limit: 500 };
    const { items } = await tx.auditEvents(query);
    const more =
      items.length < 500 ? [] : (await tx.auditEvents({ ...query, after: String(log.base + size + 500) })).items;
    const events = [...items, ...more];
    if (events.length > 0) await append(scope, tx, { log, size, events, random: sequencing.random });
    return events.length;
  });
}

interface Holding {
  readonly log: AuditLog;
  readonly size: number;
  readonly last: Head | undefined;
}

/** @throws FettleError `wrong-state` unless the log has all that was signed of it */
async function demandHolds(tx: AuditLogWrites, { log, size, last }: Holding): Promise<void> {
  if (!last) return;
  if (last.size > size) throw rolledBack(log, size, last.size);
  const root = await readLogRoot(logHashReader(tx, log.number, size), last.size);
  if (!sameHash(root, last.root)) throw rolledBack(log, size, last.size);
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
  demandSigned(log, checkpoint, signed.note);
  await store.transact(scope, async (tx) => {
    await tx.demandTerm(duty.name, duty.term);
    const stored = { size, note: signed.note, signedAt: clock.now(), cosignatures: [] };
    await tx.saveCheckpoint(log.number, stored);
  });
}

/** What comes from a signer is looked at too: a note by another key would be shown to everybody. */
function demandSigned(log: AuditLog, { size, root }: Head, note: string): void {
  const verdict = verifyCheckpoint(note, [readVkey(log.vkey)]);
  if (verdict.ok && verdict.checkpoint.size === size && sameHash(verdict.checkpoint.root, root)) return;
  const found = verdict.ok ? `one of ${verdict.checkpoint.size}` : verdict.why;
  throw new FettleError('wrong-state', `Expected a checkpoint of ${log.origin} with ${size} entries, found ${found}.`);
}

interface Signing {
  readonly origin: string;
  readonly vkey: string;
  readonly last: Head | undefined;
}

async function beginFirstLog(tx: AuditLogWrites, { origin, vkey, last }: Signing, now: Instant): Promise<AuditLog> {
  const log: AuditLog = { number: 1, origin, vkey, base: 0, beganAt: now };
  if (last && last.size > 0) throw rolledBack(log, 0, last.size);
  await tx.beginLog(log);
  return log;
}

function demandKey(log: AuditLog, mine: string): void {
  if (mine === log.vkey) return;
  throw new FettleError(
    'wrong-state',
    `The audit log ${log.origin} is signed with the key ${log.vkey}, this server has ${mine}: ` +
      'give it the key of the installation (setting audit.keyFile, or where a signer is set its key audit-log), or begin ' +
      'a new log (fettle audit restart).',
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
