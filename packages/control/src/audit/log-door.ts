import { FettleError } from '@fettle/model';
import {
  type Hash,
  hashesAtLevel,
  noteOf,
  proveConsistency,
  proveInclusion,
  readLogRoot,
  readNote,
  type TilePlace,
  tileWidth,
  writeBundle,
  writeTlogProof,
} from '@fettle/trust';
import { demand, type Scope } from '../access/scope.ts';
import { logHashReader, readTileHashes } from './log-hashes.ts';
import type { AuditLog, AuditLogReads, AuditLogStore, SaltRow, StoredCheckpoint } from './log-store.ts';

/** The newest log with its newest checkpoint. */
export interface PublishedLog {
  readonly log: AuditLog;
  /** With the cosignatures that have come. */
  readonly note: string;
}

/**
 * What the log says of itself.
 * @throws FettleError `not-found` while nothing was ever signed
 */
export async function newestCheckpoint(scope: Scope, store: AuditLogStore): Promise<PublishedLog> {
  demand(scope, 'audit.read');
  const { log, checkpoints } = await published(store.reads(scope));
  return { log, note: withCosignatures(checkpoints[0]) };
}

/** Every log of the tenant, oldest first. */
export async function listAuditLogs(scope: Scope, store: AuditLogStore): Promise<readonly AuditLog[]> {
  demand(scope, 'audit.read');
  return store.reads(scope).auditLogs();
}

/**
 * The bytes of a tile of the newest log, as far as its newest checkpoint covers it.
 * @throws FettleError `not-found` when no checkpoint covers it
 */
export async function readTile(scope: Scope, store: AuditLogStore, place: TilePlace): Promise<Uint8Array> {
  demand(scope, 'audit.read');
  const reads = store.reads(scope);
  const { log, checkpoints } = await published(reads);
  const level = place.level === 'entries' ? 0 : place.level;
  const end = place.index * tileWidth + place.width;
  if (end > hashesAtLevel(level, checkpoints[0].size)) {
    throw new FettleError('not-found', `The log has ${checkpoints[0].size} entries: it has no such tile yet.`);
  }
  if (place.level === 'entries') {
    const rows = await reads.logEntries(log.number, { from: place.index * tileWidth, count: place.width });
    return writeBundle(rows.map(({ entry }) => Buffer.from(entry)));
  }
  return Buffer.concat(await readTileHashes(reads, log.number, { ...place, level }));
}

/** That an event is in the log: its entry, what opens its commitments, and the proof as a file. */
export interface EventProof {
  readonly entry: string;
  readonly salts: readonly SaltRow[];
  /** A `.tlog-proof` file. @source C2SP tlog-proof */
  readonly proof: string;
}

/**
 * Proves an event by the newest checkpoint that witnesses have cosigned, else by the newest.
 * @throws FettleError `not-found` when it is not in the newest log, or no checkpoint covers it yet
 */
export async function proveEvent(scope: Scope, store: AuditLogStore, sequence: number): Promise<EventProof> {
  demand(scope, 'audit.read');
  const reads = store.reads(scope);
  const { log, checkpoints } = await published(reads);
  const index = sequence - log.base - 1;
  const covering = checkpoints.filter(({ size }) => size > index);
  const checkpoint = covering.find(({ cosignatures }) => cosignatures.length > 0) ?? covering[0];
  if (index < 0 || !checkpoint) {
    throw new FettleError('not-found', `No checkpoint of the log ${log.origin} covers the event ${sequence} (yet).`);
  }
  const [row] = await reads.logEntries(log.number, { from: index, count: 1 });
  if (!row) throw new FettleError('internal', `Entry ${index} of the log ${log.origin} is missing.`);
  const reader = logHashReader(reads, log.number, checkpoint.size);
  const proof = await proveInclusion(reader, index, checkpoint.size);
  const note = withCosignatures(checkpoint);
  const salts = await reads.salts({ from: sequence, count: 1 });
  return { entry: row.entry, salts, proof: writeTlogProof({ index, proof, note }) };
}

/** Shows that the newest log goes on from an older size. */
export async function proveGrowth(
  reads: AuditLogReads,
  log: AuditLog,
  sizes: { readonly oldSize: number; readonly size: number },
): Promise<readonly Hash[]> {
  return proveConsistency(logHashReader(reads, log.number, sizes.size), sizes.oldSize, sizes.size);
}

/** The root that the newest log had at a size. */
export function rootAt(reads: AuditLogReads, log: AuditLog, size: number): Promise<Hash> {
  return readLogRoot(logHashReader(reads, log.number, size), size);
}

async function published(
  reads: AuditLogReads,
): Promise<{ log: AuditLog; checkpoints: readonly [StoredCheckpoint, ...StoredCheckpoint[]] }> {
  const log = await reads.auditLog();
  const [newest, ...older] = log ? await reads.checkpoints(log.number) : [];
  if (log && newest) return { log, checkpoints: [newest, ...older] };
  throw new FettleError(
    'not-found',
    'The audit log has no checkpoint yet: it gets one within seconds of its first event.',
  );
}

function withCosignatures({ note, cosignatures }: StoredCheckpoint): string {
  const read = readNote(note);
  if (!read) throw new FettleError('internal', 'The stored checkpoint is no signed note.');
  return noteOf(read.text, [...read.signatures.map(({ line }) => line), ...cosignatures]);
}
