import type { AuditLog, LogEntryRow, LogTileRow, RowRange, SaltRow, StoredCheckpoint } from '@fettle/control';
import type { TenantId } from '@fettle/model';
import type { ReadPlace } from './methods.ts';
import { query } from './query.ts';
import type { AuditLogEntryRow, AuditLogRow, AuditLogTileRow, AuditSaltRow } from './schema.ts';

type OfTenant = { readonly tenant: TenantId };
type OfLog = OfTenant & { readonly log: number };
type Rows = { readonly from: number; readonly to: number };

const allLogs = query<OfTenant, AuditLogRow>((db, slot) =>
  db.selectFrom('audit_logs').selectAll().where('tenant', '=', slot('tenant')).orderBy('log'),
);
const lastEntry = query<OfLog, Pick<AuditLogEntryRow, 'idx'>>((db, slot) =>
  db
    .selectFrom('audit_log_entries')
    .select('idx')
    .where('tenant', '=', slot('tenant'))
    .where('log', '=', slot('log'))
    .orderBy('idx', 'desc')
    .limit(1),
);
const someEntries = query<OfLog & Rows, Pick<AuditLogEntryRow, 'idx' | 'entry' | 'leaf'>>((db, slot) =>
  db
    .selectFrom('audit_log_entries')
    .select(['idx', 'entry', 'leaf'])
    .where('tenant', '=', slot('tenant'))
    .where('log', '=', slot('log'))
    .where('idx', '>=', slot('from'))
    .where('idx', '<', slot('to'))
    .orderBy('idx'),
);
const someLeaves = query<OfLog & Rows, Pick<AuditLogEntryRow, 'leaf'>>((db, slot) =>
  db
    .selectFrom('audit_log_entries')
    .select('leaf')
    .where('tenant', '=', slot('tenant'))
    .where('log', '=', slot('log'))
    .where('idx', '>=', slot('from'))
    .where('idx', '<', slot('to'))
    .orderBy('idx'),
);
const someTiles = query<OfLog & Rows & { level: number }, Pick<AuditLogTileRow, 'idx' | 'hashes' | 'root'>>(
  (db, slot) =>
    db
      .selectFrom('audit_log_tiles')
      .select(['idx', 'hashes', 'root'])
      .where('tenant', '=', slot('tenant'))
      .where('log', '=', slot('log'))
      .where('level', '=', slot('level'))
      .where('idx', '>=', slot('from'))
      .where('idx', '<', slot('to'))
      .orderBy('idx'),
);
const someRoots = query<OfLog & Rows & { level: number }, Pick<AuditLogTileRow, 'root'>>((db, slot) =>
  db
    .selectFrom('audit_log_tiles')
    .select('root')
    .where('tenant', '=', slot('tenant'))
    .where('log', '=', slot('log'))
    .where('level', '=', slot('level'))
    .where('idx', '>=', slot('from'))
    .where('idx', '<', slot('to'))
    .orderBy('idx'),
);
const allCheckpoints = query<OfLog, { size: number; note: string; signed_at: number; line: string | null }>(
  (db, slot) =>
    db
      .selectFrom('audit_log_checkpoints as own')
      .leftJoin('audit_log_cosignatures as other', (join) =>
        join
          .onRef('other.tenant', '=', 'own.tenant')
          .onRef('other.log', '=', 'own.log')
          .onRef('other.size', '=', 'own.size'),
      )
      .select(['own.size', 'own.note', 'own.signed_at', 'other.line'])
      .where('own.tenant', '=', slot('tenant'))
      .where('own.log', '=', slot('log'))
      .orderBy('own.size', 'desc')
      .orderBy('other.witness'),
);
const someSalts = query<OfTenant & Rows, Pick<AuditSaltRow, 'sequence' | 'field' | 'salt'>>((db, slot) =>
  db
    .selectFrom('audit_salts')
    .select(['sequence', 'field', 'salt'])
    .where('tenant', '=', slot('tenant'))
    .where('sequence', '>=', slot('from'))
    .where('sequence', '<', slot('to'))
    .orderBy('sequence')
    .orderBy('field'),
);

const rowsOf = ({ from, count }: RowRange): Rows => ({ from, to: from + count });

export const logReads = {
  async auditLogs({ connection, tenant }: ReadPlace): Promise<readonly AuditLog[]> {
    return (await allLogs.all(connection, { tenant })).map(({ log, origin, vkey, base, began_at }) => {
      return { number: log, origin, vkey, base, beganAt: began_at };
    });
  },
  async auditLog(place: ReadPlace): Promise<AuditLog | undefined> {
    return (await logReads.auditLogs(place)).at(-1);
  },
  async logSize({ connection, tenant }: ReadPlace, log: number): Promise<number> {
    return ((await lastEntry.first(connection, { tenant, log }))?.idx ?? -1) + 1;
  },
  async logEntries({ connection, tenant }: ReadPlace, log: number, range: RowRange): Promise<readonly LogEntryRow[]> {
    const rows = await someEntries.all(connection, { tenant, log, ...rowsOf(range) });
    return rows.map(({ idx, entry, leaf }) => ({ index: idx, entry, leaf }));
  },
  async logLeaves({ connection, tenant }: ReadPlace, log: number, range: RowRange): Promise<readonly string[]> {
    return (await someLeaves.all(connection, { tenant, log, ...rowsOf(range) })).map(({ leaf }) => leaf);
  },
  async logTiles(
    { connection, tenant }: ReadPlace,
    log: number,
    level: number,
    range: RowRange,
  ): Promise<readonly LogTileRow[]> {
    const rows = await someTiles.all(connection, { tenant, log, level, ...rowsOf(range) });
    return rows.map(({ idx, hashes, root }) => ({ level, index: idx, hashes, root }));
  },
  async tileRoots(
    { connection, tenant }: ReadPlace,
    log: number,
    level: number,
    range: RowRange,
  ): Promise<readonly string[]> {
    return (await someRoots.all(connection, { tenant, log, level, ...rowsOf(range) })).map(({ root }) => root);
  },
  async checkpoints({ connection, tenant }: ReadPlace, log: number): Promise<readonly StoredCheckpoint[]> {
    const found = new Map<number, StoredCheckpoint & { cosignatures: string[] }>();
    for (const { size, note, signed_at, line } of await allCheckpoints.all(connection, { tenant, log })) {
      const checkpoint = found.get(size) ?? { size, note, signedAt: signed_at, cosignatures: [] };
      if (line !== null) checkpoint.cosignatures.push(line);
      found.set(size, checkpoint);
    }
    return [...found.values()];
  },
  async salts({ connection, tenant }: ReadPlace, range: RowRange): Promise<readonly SaltRow[]> {
    return someSalts.all(connection, { tenant, ...rowsOf(range) });
  },
};
