import type { Page, PageRequest, SteppingStone } from '@fettle/control';
import {
  type Digest,
  type FleetId,
  type FoundImage,
  limits,
  type Release,
  type ReleaseApproval,
  type ReleaseArtifact,
  type ReleaseId,
  type TenantId,
} from '@fettle/model';
import { sql } from 'kysely';
import type { ReadPlace, WritePlace } from './methods.ts';
import { demandChanged, numberCursor, pageOf, rowsFor } from './paging.ts';
import { query } from './query.ts';
import type { ReleaseArtifactRow, ReleaseRow } from './schema.ts';

/** An envelope may have half a megabyte, so a page of releases is shorter than other pages. */
const mostOnPage = 100;

const columns = [
  'tenant',
  'id',
  'fleet',
  'version',
  'counter',
  'security_floor',
  'allow_downgrade',
  'must_pass_through',
  'requires',
  'status',
  'published_at',
  'signed_by',
  'notes',
  'artifacts',
  'envelope',
  'images',
  'clearance',
  'approvals',
  'source',
] as const;

const oneRelease = query<Pick<ReleaseRow, 'tenant' | 'id'>, ReleaseRow>((db, slot) =>
  db.selectFrom('releases').select(columns).where('tenant', '=', slot('tenant')).where('id', '=', slot('id')),
);
const releaseByVersion = query<Pick<ReleaseRow, 'tenant' | 'fleet' | 'version'>, ReleaseRow>((db, slot) =>
  db
    .selectFrom('releases')
    .select(columns)
    .where('tenant', '=', slot('tenant'))
    .where('fleet', '=', slot('fleet'))
    .where('version', '=', slot('version')),
);
// Counters rise with every publication, so their order is the order of publication.
const releaseByCounter = query<Pick<ReleaseRow, 'tenant' | 'fleet' | 'counter'>, ReleaseRow>((db, slot) =>
  db
    .selectFrom('releases')
    .select(columns)
    .where('tenant', '=', slot('tenant'))
    .where('fleet', '=', slot('fleet'))
    .where('counter', '=', slot('counter')),
);
const releasesOfFleet = query<{ tenant: TenantId; fleet: FleetId; before: number; rows: number }, ReleaseRow>(
  (db, slot) =>
    db
      .selectFrom('releases')
      .select(columns)
      .where('tenant', '=', slot('tenant'))
      .where('fleet', '=', slot('fleet'))
      .where('counter', '<', slot('before'))
      .orderBy('counter', 'desc')
      .limit(slot('rows')),
);
const lastCounter = query<Pick<ReleaseRow, 'tenant' | 'fleet'>, { counter: number }>((db, slot) =>
  db
    .selectFrom('releases')
    .select('counter')
    .where('tenant', '=', slot('tenant'))
    .where('fleet', '=', slot('fleet'))
    .orderBy('counter', 'desc')
    .limit(1),
);
const fleetHasArtifact = query<Omit<ReleaseArtifactRow, 'release'>, { release: ReleaseId }>((db, slot) =>
  db
    .selectFrom('release_artifacts')
    .select('release')
    .where('tenant', '=', slot('tenant'))
    .where('fleet', '=', slot('fleet'))
    .where('digest', '=', slot('digest'))
    .limit(1),
);
const steppingStones = query<Pick<ReleaseRow, 'tenant' | 'fleet'>, ReleaseRow>((db, slot) =>
  db
    .selectFrom('releases')
    .select(columns)
    .where('tenant', '=', slot('tenant'))
    .where('fleet', '=', slot('fleet'))
    .where('must_pass_through', '=', sql.lit(1))
    .orderBy('counter')
    .limit(limits.steppingStonesPerFleet),
);
const insertRelease = query<ReleaseRow>((db, slot) => db.insertInto('releases').values(slot.all(columns)));
// What was signed never changes, and with it which artifacts the release uses.
const updateRelease = query<ReleaseRow>((db, slot) =>
  db
    .updateTable('releases')
    .set(slot.all(['status', 'signed_by', 'envelope', 'clearance', 'approvals']))
    .where('tenant', '=', slot('tenant'))
    .where('id', '=', slot('id')),
);
const insertUse = query<ReleaseArtifactRow>((db, slot) =>
  db.insertInto('release_artifacts').values(slot.all(['tenant', 'fleet', 'digest', 'release'])),
);

export const releaseReads = {
  async release({ connection, tenant }: ReadPlace, id: ReleaseId): Promise<Release | undefined> {
    const row = await oneRelease.first(connection, { tenant, id });
    return row && toRelease(row);
  },
  async releaseByVersion(
    { connection, tenant }: ReadPlace,
    fleet: FleetId,
    version: string,
  ): Promise<Release | undefined> {
    const row = await releaseByVersion.first(connection, { tenant, fleet, version });
    return row && toRelease(row);
  },
  async releases({ connection, tenant }: ReadPlace, fleet: FleetId, page: PageRequest): Promise<Page<Release>> {
    const rows = rowsFor(page, mostOnPage);
    const before = numberCursor(page.after, Number.MAX_SAFE_INTEGER);
    const found = await releasesOfFleet.all(connection, { tenant, fleet, before, rows });
    return pageOf(found, rows, { item: toRelease, key: (row) => String(row.counter) });
  },
  async releaseByCounter(
    { connection, tenant }: ReadPlace,
    fleet: FleetId,
    counter: number,
  ): Promise<Release | undefined> {
    const row = await releaseByCounter.first(connection, { tenant, fleet, counter });
    return row && toRelease(row);
  },
  async steppingStones({ connection, tenant }: ReadPlace, fleet: FleetId): Promise<readonly SteppingStone[]> {
    return (await steppingStones.all(connection, { tenant, fleet })).map((row) => {
      const { id, version, counter, artifacts, status } = toRelease(row);
      return { id, version, counter, artifacts, status };
    });
  },
  async lastCounter({ connection, tenant }: ReadPlace, fleet: FleetId): Promise<number> {
    return (await lastCounter.first(connection, { tenant, fleet }))?.counter ?? 0;
  },
  async fleetHasArtifact({ connection, tenant }: ReadPlace, fleet: FleetId, digest: Digest): Promise<boolean> {
    return (await fleetHasArtifact.first(connection, { tenant, fleet, digest })) !== undefined;
  },
};

export const releaseWrites = {
  async insertRelease({ connection, tenant }: WritePlace, release: Release): Promise<void> {
    await insertRelease.run(connection, fromRelease(tenant, release));
    const digests = new Set(release.artifacts.map((artifact) => artifact.digest));
    for (const digest of digests) {
      await insertUse.run(connection, { tenant, fleet: release.fleet, digest, release: release.id });
    }
  },
  async updateRelease({ connection, tenant }: WritePlace, release: Release): Promise<void> {
    demandChanged(await updateRelease.run(connection, fromRelease(tenant, release)), 'release', release.id);
  },
};

function fromRelease(tenant: TenantId, release: Release): ReleaseRow {
  return {
    tenant,
    id: release.id,
    fleet: release.fleet,
    version: release.version,
    counter: release.counter,
    security_floor: release.securityFloor,
    allow_downgrade: release.allowDowngrade ? 1 : 0,
    must_pass_through: release.mustPassThrough ? 1 : 0,
    requires: JSON.stringify(release.requires),
    status: release.status,
    published_at: release.publishedAt,
    signed_by: JSON.stringify(release.signedBy),
    notes: release.notes,
    artifacts: JSON.stringify(release.artifacts),
    envelope: release.envelope,
    images: JSON.stringify(release.images ?? []),
    clearance: release.clearance ? JSON.stringify(release.clearance) : '',
    approvals: JSON.stringify(release.approvals ?? []),
    source: release.source ? JSON.stringify(release.source) : '',
  };
}

function toRelease(row: ReleaseRow): Release {
  const images: readonly FoundImage[] = JSON.parse(row.images);
  const approvals: readonly ReleaseApproval[] = JSON.parse(row.approvals);
  return {
    id: row.id,
    fleet: row.fleet,
    version: row.version,
    counter: row.counter,
    securityFloor: row.security_floor,
    allowDowngrade: row.allow_downgrade === 1,
    mustPassThrough: row.must_pass_through === 1,
    requires: JSON.parse(row.requires),
    artifacts: readArtifacts(row.artifacts),
    notes: row.notes,
    status: row.status,
    signedBy: JSON.parse(row.signed_by),
    publishedAt: row.published_at,
    envelope: row.envelope,
    ...(images.length === 0 ? {} : { images }),
    ...(row.clearance === '' ? {} : { clearance: JSON.parse(row.clearance) }),
    ...(approvals.length === 0 ? {} : { approvals }),
    ...(row.source === '' ? {} : { source: JSON.parse(row.source) }),
  };
}

/** Artifacts of releases that were stored before hardware revisions were known fit every revision. */
function readArtifacts(json: string): readonly ReleaseArtifact[] {
  const stored: readonly ReleaseArtifact[] = JSON.parse(json);
  return stored.map((artifact) => ({ ...artifact, hardware: artifact.hardware ?? [] }));
}
