import type { Page, PageRequest } from '@fettle/control';
import {
  type DeviceId,
  type DirectorSet,
  limits,
  type Repository,
  type RoleName,
  type TrustChange,
  type TrustChangeId,
  type TrustFile,
  type TrustSignature,
} from '@fettle/model';
import { sql } from 'kysely';
import type { ReadPlace, WritePlace } from './methods.ts';
import { afterEveryId, demandChanged, pageOf, rowsFor } from './paging.ts';
import { query } from './query.ts';
import type { DirectorSetRow, TrustChangeRow, TrustFileRow, TrustSignatureRow } from './schema.ts';

const fileColumns = ['tenant', 'repository', 'role', 'version', 'file', 'created_at'] as const;
const changeColumns = [
  'tenant',
  'id',
  'repository',
  'role',
  'version',
  'payload',
  'requested_by',
  'reason',
  'status',
  'created_at',
  'expires_at',
] as const;
const signatureColumns = ['tenant', 'change', 'key_id', 'position', 'signature', 'signer', 'meaning', 'at'] as const;
const setColumns = [
  'tenant',
  'device',
  'version',
  'assignment',
  'targets',
  'snapshot',
  'timestamp',
  'expires_at',
] as const;

type RoleKey = Pick<TrustFileRow, 'tenant' | 'repository' | 'role'>;
const newestFile = query<RoleKey, TrustFileRow>((db, slot) =>
  db
    .selectFrom('trust_files')
    .select(fileColumns)
    .where('tenant', '=', slot('tenant'))
    .where('repository', '=', slot('repository'))
    .where('role', '=', slot('role'))
    .orderBy('version', 'desc')
    .limit(1),
);
const oneFile = query<RoleKey & Pick<TrustFileRow, 'version'>, TrustFileRow>((db, slot) =>
  db
    .selectFrom('trust_files')
    .select(fileColumns)
    .where('tenant', '=', slot('tenant'))
    .where('repository', '=', slot('repository'))
    .where('role', '=', slot('role'))
    .where('version', '=', slot('version')),
);
const versions = query<Omit<RoleKey, 'role'>, { role: RoleName; version: number }>((db, slot) =>
  db
    .selectFrom('trust_files')
    .select((row) => ['role', row.fn.max<number>('version').as('version')])
    .where('tenant', '=', slot('tenant'))
    .where('repository', '=', slot('repository'))
    .groupBy('role')
    .orderBy('role'),
);
const insertFile = query<TrustFileRow>((db, slot) => db.insertInto('trust_files').values(slot.all(fileColumns)));

type ChangeKey = Pick<TrustChangeRow, 'tenant' | 'id'>;
const oneChange = query<ChangeKey, TrustChangeRow>((db, slot) =>
  db
    .selectFrom('trust_changes')
    .select(changeColumns)
    .where('tenant', '=', slot('tenant'))
    .where('id', '=', slot('id')),
);
const openChanges = query<Pick<TrustChangeRow, 'tenant'>, TrustChangeRow>((db, slot) =>
  db
    .selectFrom('trust_changes')
    .select(changeColumns)
    .where('tenant', '=', slot('tenant'))
    .where('status', '=', sql.lit('open'))
    .orderBy('id')
    .limit(limits.openTrustChanges),
);
const changesBefore = query<{ tenant: TrustChangeRow['tenant']; before: TrustChangeId; rows: number }, TrustChangeRow>(
  (db, slot) =>
    db
      .selectFrom('trust_changes')
      .select(changeColumns)
      .where('tenant', '=', slot('tenant'))
      .where('id', '<', slot('before'))
      .orderBy('id', 'desc')
      .limit(slot('rows')),
);
const insertChange = query<TrustChangeRow>((db, slot) =>
  db.insertInto('trust_changes').values(slot.all(changeColumns)),
);
const setStatus = query<ChangeKey & Pick<TrustChangeRow, 'status'>>((db, slot) =>
  db
    .updateTable('trust_changes')
    .set({ status: slot('status') })
    .where('tenant', '=', slot('tenant'))
    .where('id', '=', slot('id')),
);
const signaturesOf = query<Pick<TrustSignatureRow, 'tenant' | 'change'>, TrustSignatureRow>((db, slot) =>
  db
    .selectFrom('trust_signatures')
    .select(signatureColumns)
    .where('tenant', '=', slot('tenant'))
    .where('change', '=', slot('change'))
    .orderBy('position'),
);
const insertSignature = query<TrustSignatureRow>((db, slot) =>
  db.insertInto('trust_signatures').values(slot.all(signatureColumns)),
);

type SetKey = Pick<DirectorSetRow, 'tenant' | 'device'>;
const oneSet = query<SetKey, DirectorSetRow>((db, slot) =>
  db
    .selectFrom('director_sets')
    .select(setColumns)
    .where('tenant', '=', slot('tenant'))
    .where('device', '=', slot('device')),
);
const saveSet = query<DirectorSetRow>((db, slot) =>
  db
    .insertInto('director_sets')
    .values(slot.all(setColumns))
    .onConflict((conflict) =>
      conflict
        .columns(['tenant', 'device'])
        .doUpdateSet(slot.all(setColumns.slice(2)))
        .where('director_sets.version', '<', slot('version')),
    ),
);
/** A device that is gone needs no files; the signer remembers how far their versions went. */
export const deleteDirectorSet = query<SetKey>((db, slot) =>
  db.deleteFrom('director_sets').where('tenant', '=', slot('tenant')).where('device', '=', slot('device')),
);

export const trustReads = {
  async trustFile(
    { connection, tenant }: ReadPlace,
    repository: Repository,
    role: RoleName,
    version?: number,
  ): Promise<TrustFile | undefined> {
    const key = { tenant, repository, role };
    const row =
      version === undefined
        ? await newestFile.first(connection, key)
        : await oneFile.first(connection, { ...key, version });
    if (!row) return undefined;
    return { repository, role, version: row.version, text: row.file, createdAt: row.created_at };
  },
  trustVersions({ connection, tenant }: ReadPlace, repository: Repository) {
    return versions.all(connection, { tenant, repository });
  },
  async trustChange({ connection, tenant }: ReadPlace, id: TrustChangeId): Promise<TrustChange | undefined> {
    const row = await oneChange.first(connection, { tenant, id });
    return row && toChange(row);
  },
  async openTrustChanges({ connection, tenant }: ReadPlace): Promise<readonly TrustChange[]> {
    return (await openChanges.all(connection, { tenant })).map(toChange);
  },
  async trustChanges({ connection, tenant }: ReadPlace, page: PageRequest): Promise<Page<TrustChange>> {
    const rows = rowsFor(page);
    const before = (page.after ?? afterEveryId) as TrustChangeId;
    const found = await changesBefore.all(connection, { tenant, before, rows });
    return pageOf(found, rows, { item: toChange, key: ({ id }) => id });
  },
  async trustSignatures({ connection, tenant }: ReadPlace, change: TrustChangeId): Promise<readonly TrustSignature[]> {
    return (await signaturesOf.all(connection, { tenant, change })).map((row) => ({
      change: row.change,
      keyId: row.key_id,
      signature: row.signature,
      signer: row.signer,
      meaning: row.meaning,
      at: row.at,
    }));
  },
  async directorSet({ connection, tenant }: ReadPlace, device: DeviceId): Promise<DirectorSet | undefined> {
    const row = await oneSet.first(connection, { tenant, device });
    if (!row) return undefined;
    const { version, assignment, targets, snapshot, timestamp } = row;
    return { device, version, assignment, targets, snapshot, timestamp, expiresAt: row.expires_at };
  },
};

export const trustWrites = {
  async insertTrustFile({ connection, tenant }: WritePlace, file: TrustFile): Promise<void> {
    const { repository, role, version, text, createdAt } = file;
    await insertFile.run(connection, { tenant, repository, role, version, file: text, created_at: createdAt });
  },
  async insertTrustChange({ connection, tenant }: WritePlace, change: TrustChange): Promise<void> {
    const { id, repository, role, version, payload, requestedBy, reason, status, createdAt, expiresAt } = change;
    const what = { id, repository, role, version, payload, reason, status };
    const when = { requested_by: requestedBy, created_at: createdAt, expires_at: expiresAt };
    await insertChange.run(connection, { tenant, ...what, ...when });
  },
  async updateTrustChange({ connection, tenant }: WritePlace, { id, status }: TrustChange): Promise<void> {
    demandChanged(await setStatus.run(connection, { tenant, id, status }), 'change', id);
  },
  async insertTrustSignature({ connection, tenant }: WritePlace, signature: TrustSignature): Promise<void> {
    const { change, keyId, signer, meaning, at } = signature;
    const position = (await signaturesOf.all(connection, { tenant, change })).length + 1;
    const row = { tenant, change, key_id: keyId, position, signature: signature.signature, signer, meaning, at };
    await insertSignature.run(connection, row);
  },
  async saveDirectorSet({ connection, tenant }: WritePlace, set: DirectorSet): Promise<void> {
    const { device, version, assignment, targets, snapshot, timestamp, expiresAt } = set;
    const files = { targets, snapshot, timestamp };
    await saveSet.run(connection, { tenant, device, version, assignment, ...files, expires_at: expiresAt });
  },
};

function toChange(row: TrustChangeRow): TrustChange {
  return {
    id: row.id,
    repository: row.repository,
    role: row.role,
    version: row.version,
    payload: row.payload,
    requestedBy: row.requested_by,
    reason: row.reason,
    status: row.status,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}
