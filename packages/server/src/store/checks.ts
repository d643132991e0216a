import { artifactsKey, type Page, type PageRequest } from '@fettle/control';
import {
  type CheckId,
  type DataSet,
  type DataSetKind,
  type Digest,
  type EvidenceText,
  type FleetId,
  type Instant,
  limits,
  type ReleaseCheck,
  type StoredWaiver,
  type TenantId,
} from '@fettle/model';
import { sql } from 'kysely';
import type { ReadPlace, WritePlace } from './methods.ts';
import { afterEveryId, demandChanged, pageOf, rowsFor } from './paging.ts';
import { query } from './query.ts';
import type { DataSetRow, EvidenceRow, ReleaseCheckRow, WaiverRow } from './schema.ts';

const checkColumns = [
  'tenant',
  'id',
  'fleet',
  'version',
  'subject',
  'artifacts_key',
  'status',
  'created_at',
  'body',
] as const;
const evidenceColumns = ['tenant', 'digest', 'kind', 'media_type', 'content', 'created_at'] as const;
const waiverColumns = [
  'tenant',
  'fleet',
  'digest',
  'envelope',
  'added_by',
  'created_at',
  'expires_at',
  'revoked_at',
] as const;

const dataSetColumns = [
  'tenant',
  'digest',
  'kind',
  'source',
  'published_at',
  'imported_at',
  'records',
  'envelope',
  'added_by',
] as const;

type CheckKey = Pick<ReleaseCheckRow, 'tenant' | 'id'>;
const oneCheck = query<CheckKey, ReleaseCheckRow>((db, slot) =>
  db
    .selectFrom('release_checks')
    .select(checkColumns)
    .where('tenant', '=', slot('tenant'))
    .where('id', '=', slot('id')),
);
// Ids rise with time, so the greatest is the newest.
const newestOfSubject = query<Pick<ReleaseCheckRow, 'tenant' | 'fleet' | 'version' | 'subject'>, ReleaseCheckRow>(
  (db, slot) =>
    db
      .selectFrom('release_checks')
      .select(checkColumns)
      .where('tenant', '=', slot('tenant'))
      .where('fleet', '=', slot('fleet'))
      .where('version', '=', slot('version'))
      .where('subject', '=', slot('subject'))
      .orderBy('id', 'desc')
      .limit(1),
);
const newestOfArtifacts = query<
  Pick<ReleaseCheckRow, 'tenant' | 'fleet' | 'version' | 'artifacts_key'>,
  ReleaseCheckRow
>((db, slot) =>
  db
    .selectFrom('release_checks')
    .select(checkColumns)
    .where('tenant', '=', slot('tenant'))
    .where('fleet', '=', slot('fleet'))
    .where('version', '=', slot('version'))
    .where('artifacts_key', '=', slot('artifacts_key'))
    .orderBy('id', 'desc')
    .limit(1),
);
const checksBefore = query<{ tenant: TenantId; fleet: FleetId; before: CheckId; rows: number }, ReleaseCheckRow>(
  (db, slot) =>
    db
      .selectFrom('release_checks')
      .select(checkColumns)
      .where('tenant', '=', slot('tenant'))
      .where('fleet', '=', slot('fleet'))
      .where('id', '<', slot('before'))
      .orderBy('id', 'desc')
      .limit(slot('rows')),
);
const openChecks = query<Pick<ReleaseCheckRow, 'tenant'>, ReleaseCheckRow>((db, slot) =>
  db
    .selectFrom('release_checks')
    .select(checkColumns)
    .where('tenant', '=', slot('tenant'))
    .where(({ or, eb }) => or([eb('status', '=', sql.lit('queued')), eb('status', '=', sql.lit('running'))]))
    .orderBy('id')
    .limit(limits.openChecks),
);
const insertCheck = query<ReleaseCheckRow>((db, slot) =>
  db.insertInto('release_checks').values(slot.all(checkColumns)),
);
const updateCheck = query<CheckKey & Pick<ReleaseCheckRow, 'status' | 'body'>>((db, slot) =>
  db
    .updateTable('release_checks')
    .set({ status: slot('status'), body: slot('body') })
    .where('tenant', '=', slot('tenant'))
    .where('id', '=', slot('id')),
);

const oneEvidence = query<Pick<EvidenceRow, 'tenant' | 'digest'>, EvidenceRow>((db, slot) =>
  db
    .selectFrom('evidence')
    .select(evidenceColumns)
    .where('tenant', '=', slot('tenant'))
    .where('digest', '=', slot('digest')),
);
const keepEvidence = query<EvidenceRow>((db, slot) =>
  db
    .insertInto('evidence')
    .values(slot.all(evidenceColumns))
    .onConflict((conflict) => conflict.columns(['tenant', 'digest']).doNothing()),
);

const dataSetsOf = query<Pick<DataSetRow, 'tenant'> & { rows: number }, DataSetRow>((db, slot) =>
  db
    .selectFrom('data_sets')
    .select(dataSetColumns)
    .where('tenant', '=', slot('tenant'))
    .orderBy('published_at', 'desc')
    .orderBy('imported_at', 'desc')
    .orderBy('digest')
    .limit(slot('rows')),
);
const insertDataSet = query<DataSetRow>((db, slot) =>
  db
    .insertInto('data_sets')
    .values(slot.all(dataSetColumns))
    // Others may sign it later.
    .onConflict((conflict) =>
      conflict.columns(['tenant', 'digest']).doUpdateSet(({ ref }) => ({ envelope: ref('excluded.envelope') })),
    ),
);
const deleteDataSet = query<Pick<DataSetRow, 'tenant' | 'digest'>>((db, slot) =>
  db.deleteFrom('data_sets').where('tenant', '=', slot('tenant')).where('digest', '=', slot('digest')),
);

const waiversOf = query<Pick<WaiverRow, 'tenant' | 'fleet'>, WaiverRow>((db, slot) =>
  db
    .selectFrom('waivers')
    .select(waiverColumns)
    .where('tenant', '=', slot('tenant'))
    .where('fleet', '=', slot('fleet'))
    .where('revoked_at', 'is', null)
    .orderBy('digest')
    .limit(limits.waiversPerFleet),
);
// One that was revoked stays so, however often it is brought.
const insertWaiver = query<WaiverRow>((db, slot) =>
  db
    .insertInto('waivers')
    .values(slot.all(waiverColumns))
    .onConflict((conflict) => conflict.columns(['tenant', 'fleet', 'digest']).doNothing()),
);
const revokeWaiver = query<Pick<WaiverRow, 'tenant' | 'fleet' | 'digest'> & { at: Instant }>((db, slot) =>
  db
    .updateTable('waivers')
    .set({ revoked_at: slot('at') })
    .where('tenant', '=', slot('tenant'))
    .where('fleet', '=', slot('fleet'))
    .where('digest', '=', slot('digest')),
);

export const checkReads = {
  async releaseCheck({ connection, tenant }: ReadPlace, id: CheckId): Promise<ReleaseCheck | undefined> {
    return toCheck(await oneCheck.first(connection, { tenant, id }));
  },
  async checkOfSubject(
    { connection, tenant }: ReadPlace,
    fleet: FleetId,
    { version, subject }: Pick<ReleaseCheck, 'version' | 'subject'>,
  ): Promise<ReleaseCheck | undefined> {
    return toCheck(await newestOfSubject.first(connection, { tenant, fleet, version, subject }));
  },
  async newestCheckOf(
    { connection, tenant }: ReadPlace,
    fleet: FleetId,
    { version, artifacts }: Pick<ReleaseCheck, 'version'> & { readonly artifacts: string },
  ): Promise<ReleaseCheck | undefined> {
    return toCheck(await newestOfArtifacts.first(connection, { tenant, fleet, version, artifacts_key: artifacts }));
  },
  async releaseChecks(
    { connection, tenant }: ReadPlace,
    fleet: FleetId,
    page: PageRequest,
  ): Promise<Page<ReleaseCheck>> {
    const rows = rowsFor(page, mostOnPage);
    const before = (page.after ?? afterEveryId) as CheckId;
    const found = await checksBefore.all(connection, { tenant, fleet, before, rows });
    return pageOf(found, rows, { item: readCheck, key: ({ id }) => id });
  },
  async openChecks({ connection, tenant }: ReadPlace): Promise<readonly ReleaseCheck[]> {
    return (await openChecks.all(connection, { tenant })).map(readCheck);
  },
  async evidence({ connection, tenant }: ReadPlace, digest: Digest): Promise<EvidenceText | undefined> {
    const row = await oneEvidence.first(connection, { tenant, digest });
    return row && { digest, kind: row.kind, mediaType: row.media_type, text: row.content };
  },
  async dataSets({ connection, tenant }: ReadPlace): Promise<readonly DataSet[]> {
    return (await dataSetsOf.all(connection, { tenant, rows: limits.dataSets })).map((row) => ({
      digest: row.digest,
      kind: row.kind as DataSetKind,
      source: row.source,
      publishedAt: row.published_at,
      importedAt: row.imported_at,
      records: row.records,
      envelope: row.envelope,
      addedBy: row.added_by,
    }));
  },
  async waivers({ connection, tenant }: ReadPlace, fleet: FleetId): Promise<readonly StoredWaiver[]> {
    return (await waiversOf.all(connection, { tenant, fleet })).map((row) => ({
      digest: row.digest,
      fleet: row.fleet,
      envelope: row.envelope,
      addedBy: row.added_by,
      createdAt: row.created_at,
      expiresAt: row.expires_at,
      revokedAt: row.revoked_at,
    }));
  },
};

/** A check names its records and the verdict of every gate: some kilobytes. */
const mostOnPage = 100;

export const checkWrites = {
  async insertCheck({ connection, tenant }: WritePlace, check: ReleaseCheck): Promise<void> {
    const { id, fleet, version, subject, status, createdAt } = check;
    const about = { tenant, id, fleet, version, subject, status, created_at: createdAt };
    const row = { ...about, artifacts_key: artifactsKey(check.artifacts), body: JSON.stringify(check) };
    await insertCheck.run(connection, row);
  },
  async updateCheck({ connection, tenant }: WritePlace, check: ReleaseCheck): Promise<void> {
    const { id, status } = check;
    demandChanged(await updateCheck.run(connection, { tenant, id, status, body: JSON.stringify(check) }), 'check', id);
  },
  async keepEvidence(place: WritePlace, { digest, kind, mediaType, text }: EvidenceText): Promise<void> {
    const { connection, tenant } = place;
    const about = { tenant, digest, kind, media_type: mediaType, created_at: place.now() };
    await keepEvidence.run(connection, { ...about, content: text });
  },
  async insertDataSet({ connection, tenant }: WritePlace, set: DataSet): Promise<void> {
    const { digest, kind, source, records, envelope } = set;
    const when = { published_at: set.publishedAt, imported_at: set.importedAt, added_by: set.addedBy };
    await insertDataSet.run(connection, { tenant, digest, kind, source, records, envelope, ...when });
  },
  async deleteDataSet({ connection, tenant }: WritePlace, digest: Digest): Promise<void> {
    await deleteDataSet.run(connection, { tenant, digest });
  },
  async insertWaiver({ connection, tenant }: WritePlace, waiver: StoredWaiver): Promise<void> {
    const { fleet, digest, envelope, addedBy, createdAt, expiresAt, revokedAt } = waiver;
    const when = { created_at: createdAt, expires_at: expiresAt, revoked_at: revokedAt };
    await insertWaiver.run(connection, { tenant, fleet, digest, envelope, added_by: addedBy, ...when });
  },
  async revokeWaiver(
    { connection, tenant }: WritePlace,
    fleet: FleetId,
    { digest, at }: { readonly digest: Digest; readonly at: Instant },
  ): Promise<void> {
    demandChanged(await revokeWaiver.run(connection, { tenant, fleet, digest, at }), 'waiver', digest);
  },
};

function readCheck({ body }: ReleaseCheckRow): ReleaseCheck {
  return JSON.parse(body);
}

function toCheck(row: ReleaseCheckRow | undefined): ReleaseCheck | undefined {
  return row && readCheck(row);
}
