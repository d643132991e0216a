import type { AuditLog, Cosignature, LogEntryRow, LogTileRow, SaltRow, StoredCheckpoint } from '@fettle/control';
import { FettleError, type TenantId } from '@fettle/model';
import { type CommittedField, erasedValues } from '@fettle/trust';
import { logReads } from './audit-log-reads.ts';
import type { WritePlace } from './methods.ts';
import { query } from './query.ts';
import type {
  AuditLogCheckpointRow,
  AuditLogCosignatureRow,
  AuditLogEntryRow,
  AuditLogRow,
  AuditLogTileRow,
  AuditSaltRow,
} from './schema.ts';

const insertLog = query<AuditLogRow>((db, slot) =>
  db.insertInto('audit_logs').values(slot.all(['tenant', 'log', 'origin', 'vkey', 'base', 'began_at'])),
);
const insertEntry = query<AuditLogEntryRow>((db, slot) =>
  db.insertInto('audit_log_entries').values(slot.all(['tenant', 'log', 'idx', 'entry', 'leaf'])),
);
const insertTile = query<AuditLogTileRow>((db, slot) =>
  db.insertInto('audit_log_tiles').values(slot.all(['tenant', 'log', 'level', 'idx', 'hashes', 'root'])),
);
const insertSalt = query<AuditSaltRow>((db, slot) =>
  db.insertInto('audit_salts').values(slot.all(['tenant', 'sequence', 'field', 'salt'])),
);
const insertCheckpoint = query<AuditLogCheckpointRow>((db, slot) =>
  db
    .insertInto('audit_log_checkpoints')
    .values(slot.all(['tenant', 'log', 'size', 'note', 'signed_at']))
    .onConflict((conflict) => conflict.columns(['tenant', 'log', 'size']).doNothing()),
);
const insertCosignature = query<AuditLogCosignatureRow>((db, slot) =>
  db
    .insertInto('audit_log_cosignatures')
    .values(slot.all(['tenant', 'log', 'size', 'witness', 'line']))
    .onConflict((conflict) => conflict.columns(['tenant', 'log', 'size', 'witness']).doNothing()),
);
type OfSize = Pick<AuditLogCheckpointRow, 'tenant' | 'log' | 'size'>;
const dropCosignatures = query<OfSize>((db, slot) =>
  db
    .deleteFrom('audit_log_cosignatures')
    .where('tenant', '=', slot('tenant'))
    .where('log', '=', slot('log'))
    .where('size', '=', slot('size')),
);
const dropCheckpoint = query<OfSize>((db, slot) =>
  db
    .deleteFrom('audit_log_checkpoints')
    .where('tenant', '=', slot('tenant'))
    .where('log', '=', slot('log'))
    .where('size', '=', slot('size')),
);
type OfEvent = { readonly tenant: TenantId; readonly sequence: number };
const dropSalts = query<OfEvent, Pick<AuditSaltRow, 'field'>>((db, slot) =>
  db
    .deleteFrom('audit_salts')
    .where('tenant', '=', slot('tenant'))
    .where('sequence', '=', slot('sequence'))
    .returning('field'),
);
const eraseActor = query<OfEvent & { actor: string }>((db, slot) =>
  db
    .updateTable('audit_events')
    .set({ actor: slot('actor') })
    .where('tenant', '=', slot('tenant'))
    .where('sequence', '=', slot('sequence')),
);
const eraseReason = query<OfEvent & { reason: string }>((db, slot) =>
  db
    .updateTable('audit_events')
    .set({ reason: slot('reason') })
    .where('tenant', '=', slot('tenant'))
    .where('sequence', '=', slot('sequence')),
);

export const logWrites = {
  async beginLog({ connection, tenant }: WritePlace, log: AuditLog): Promise<void> {
    const { number, beganAt, ...row } = log;
    await insertLog.run(connection, { tenant, log: number, began_at: beganAt, ...row });
  },
  async appendLog(
    { connection, tenant }: WritePlace,
    log: number,
    entries: readonly LogEntryRow[],
    tiles: readonly LogTileRow[],
  ): Promise<void> {
    // Sent together: over a network each would wait for the one before.
    await Promise.all([
      ...entries.map(({ index, ...row }) => insertEntry.run(connection, { tenant, log, idx: index, ...row })),
      ...tiles.map(({ index, ...row }) => insertTile.run(connection, { tenant, log, idx: index, ...row })),
    ]);
  },
  async saveSalts({ connection, tenant }: WritePlace, salts: readonly SaltRow[]): Promise<void> {
    await Promise.all(salts.map((row) => insertSalt.run(connection, { tenant, ...row })));
  },
  async saveCheckpoint(place: WritePlace, log: number, checkpoint: StoredCheckpoint): Promise<void> {
    const { connection, tenant } = place;
    const { size, note, signedAt } = checkpoint;
    await insertCheckpoint.run(connection, { tenant, log, size, note, signed_at: signedAt });
    const all = await logReads.checkpoints(place, log);
    const cosigned = all.find(({ cosignatures }) => cosignatures.length > 0);
    for (const old of all.slice(1)) {
      if (old === cosigned) continue;
      await dropCosignatures.run(connection, { tenant, log, size: old.size });
      await dropCheckpoint.run(connection, { tenant, log, size: old.size });
    }
  },
  async saveCosignature(place: WritePlace, log: number, { checkpoint, witness, line }: Cosignature): Promise<void> {
    const { connection, tenant } = place;
    const { size, note, signedAt } = checkpoint;
    // While the witness thought about it, a newer one may have taken its place.
    await insertCheckpoint.run(connection, { tenant, log, size, note, signed_at: signedAt });
    await insertCosignature.run(connection, { tenant, log, size, witness, line });
    await dropOlder(place, log);
  },
  async eraseTexts({ connection, tenant }: WritePlace, sequence: number): Promise<void> {
    const fields = (await dropSalts.all(connection, { tenant, sequence })).map(({ field }) => field);
    if (fields.length === 0) throw new FettleError('not-found', `The event ${sequence} has nothing to erase.`);
    const has = (field: CommittedField) => fields.includes(field);
    if (has('actor')) await eraseActor.run(connection, { tenant, sequence, actor: erasedValues.actor });
    if (has('reason')) await eraseReason.run(connection, { tenant, sequence, reason: erasedValues.reason });
  },
};

/** Of those before the newest, the newest that a witness has cosigned stays. */
async function dropOlder(place: WritePlace, log: number): Promise<void> {
  const { connection, tenant } = place;
  const all = await logReads.checkpoints(place, log);
  const cosigned = all.find(({ cosignatures }) => cosignatures.length > 0);
  for (const old of all.slice(1)) {
    if (old === cosigned) continue;
    await dropCosignatures.run(connection, { tenant, log, size: old.size });
    await dropCheckpoint.run(connection, { tenant, log, size: old.size });
  }
}
