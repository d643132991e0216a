import type { Awareness, Page, PageRequest, ReleaseFinding, ReleaseWatch, UnknownRelease } from '@fettle/control';
import type { Digest, FleetId, Instant, ReleaseId, TenantId } from '@fettle/model';
import { sql } from 'kysely';
import type { ReadPlace, WritePlace } from './methods.ts';
import { numberCursor, pageOf, rowsFor } from './paging.ts';
import { query } from './query.ts';
import type { ReleaseFindingRow, ReleaseRow, ReleaseWatchRow, VulnerabilityAwarenessRow } from './schema.ts';

const watchColumns = [
  'tenant',
  'release',
  'fleet',
  'sets_key',
  'components',
  'found_critical',
  'report',
  'at',
  'look_again_at',
] as const;
const findingColumns = [
  'tenant',
  'release',
  'artifact',
  'vulnerability',
  'component',
  'is_open',
  'severity',
  'vex',
  'found_at',
] as const;
const awarenessColumns = ['tenant', 'vulnerability', 'at', 'said_by', 'reason'] as const;

const oneWatch = query<Pick<ReleaseWatchRow, 'tenant' | 'release'>, ReleaseWatchRow>((db, slot) =>
  db
    .selectFrom('release_watches')
    .select(watchColumns)
    .where('tenant', '=', slot('tenant'))
    .where('release', '=', slot('release')),
);
interface UnwatchedSearch {
  readonly tenant: TenantId;
  readonly fleet: FleetId;
  readonly setsKey: string;
  readonly now: Instant;
  readonly rows: number;
}
const unwatched = query<UnwatchedSearch, { id: ReleaseId }>((db, slot) =>
  db
    .selectFrom('releases')
    .select('id')
    .where('tenant', '=', slot('tenant'))
    .where('fleet', '=', slot('fleet'))
    .where('status', '=', sql.lit('published'))
    .where((row) =>
      row.not(
        row.exists(
          row
            .selectFrom('release_watches')
            .select('release')
            .whereRef('release_watches.tenant', '=', 'releases.tenant')
            .whereRef('release_watches.release', '=', 'releases.id')
            .where('sets_key', '=', slot('setsKey'))
            .where((watch) => watch.or([watch('look_again_at', 'is', null), watch('look_again_at', '>', slot('now'))])),
        ),
      ),
    )
    .orderBy('counter', 'desc')
    .limit(slot('rows')),
);
interface UnknownSearch {
  readonly tenant: TenantId;
  readonly fleet: FleetId;
  readonly before: number;
  readonly rows: number;
}
type UnknownRow = Pick<ReleaseRow, 'id' | 'version' | 'counter' | 'status' | 'published_at' | 'artifacts'> & {
  readonly components: number | null;
};
const unknownReleases = query<UnknownSearch, UnknownRow>((db, slot) =>
  db
    .selectFrom('releases')
    .leftJoin('release_watches as watch', (join) =>
      join.onRef('watch.tenant', '=', 'releases.tenant').onRef('watch.release', '=', 'releases.id'),
    )
    .select(['id', 'version', 'counter', 'status', 'published_at', 'artifacts', 'watch.components'])
    .where('releases.tenant', '=', slot('tenant'))
    .where('releases.fleet', '=', slot('fleet'))
    .where('counter', '<', slot('before'))
    .where((row) => row.or([row('watch.components', 'is', null), row('watch.components', '<', sql.lit(0))]))
    .orderBy('counter', 'desc')
    .limit(slot('rows')),
);
const saveWatch = query<ReleaseWatchRow>((db, slot) =>
  db
    .insertInto('release_watches')
    .values(slot.all(watchColumns))
    .onConflict((conflict) =>
      conflict
        .columns(['tenant', 'release'])
        .doUpdateSet(slot.all(['sets_key', 'components', 'found_critical', 'report', 'at', 'look_again_at'])),
    ),
);

const findingsOfRelease = query<Pick<ReleaseFindingRow, 'tenant' | 'release'>, ReleaseFindingRow>((db, slot) =>
  db
    .selectFrom('release_findings')
    .select(findingColumns)
    .where('tenant', '=', slot('tenant'))
    .where('release', '=', slot('release'))
    .orderBy('artifact')
    .orderBy('vulnerability')
    .orderBy('component'),
);
const findingsOfVulnerability = query<
  Pick<ReleaseFindingRow, 'tenant' | 'vulnerability'> & { rows: number },
  ReleaseFindingRow
>((db, slot) =>
  db
    .selectFrom('release_findings')
    .select(findingColumns)
    .where('tenant', '=', slot('tenant'))
    .where('vulnerability', '=', slot('vulnerability'))
    .orderBy('found_at')
    .limit(slot('rows')),
);
const saveFinding = query<ReleaseFindingRow>((db, slot) =>
  db
    .insertInto('release_findings')
    .values(slot.all(findingColumns))
    .onConflict((conflict) =>
      conflict
        .columns(['tenant', 'release', 'artifact', 'vulnerability', 'component'])
        .doUpdateSet(slot.all(['is_open', 'severity', 'vex', 'found_at'])),
    ),
);
type FindingKey = Pick<ReleaseFindingRow, 'tenant' | 'release' | 'artifact' | 'vulnerability' | 'component'>;
const deleteFinding = query<FindingKey>((db, slot) =>
  db
    .deleteFrom('release_findings')
    .where('tenant', '=', slot('tenant'))
    .where('release', '=', slot('release'))
    .where('artifact', '=', slot('artifact'))
    .where('vulnerability', '=', slot('vulnerability'))
    .where('component', '=', slot('component')),
);

const oneAwareness = query<Pick<VulnerabilityAwarenessRow, 'tenant' | 'vulnerability'>, VulnerabilityAwarenessRow>(
  (db, slot) =>
    db
      .selectFrom('vulnerability_awareness')
      .select(awarenessColumns)
      .where('tenant', '=', slot('tenant'))
      .where('vulnerability', '=', slot('vulnerability')),
);
const saveAwareness = query<VulnerabilityAwarenessRow>((db, slot) =>
  db
    .insertInto('vulnerability_awareness')
    .values(slot.all(awarenessColumns))
    .onConflict((conflict) =>
      conflict.columns(['tenant', 'vulnerability']).doUpdateSet(slot.all(['at', 'said_by', 'reason'])),
    ),
);

export const vulnerabilityReads = {
  async releaseWatch({ connection, tenant }: ReadPlace, release: ReleaseId): Promise<ReleaseWatch | undefined> {
    const row = await oneWatch.first(connection, { tenant, release });
    if (!row) return undefined;
    const { fleet, sets_key: setsKey, components, found_critical: openCritical, report, at } = row;
    return { release, fleet, setsKey, components, openCritical, report, at, lookAgainAt: row.look_again_at };
  },
  async unwatchedReleases(
    { connection, tenant }: ReadPlace,
    fleet: FleetId,
    { setsKey, now, limit }: { readonly setsKey: string; readonly now: Instant; readonly limit: number },
  ): Promise<readonly ReleaseId[]> {
    return (await unwatched.all(connection, { tenant, fleet, setsKey, now, rows: limit })).map(({ id }) => id);
  },
  async unknownReleases(
    { connection, tenant }: ReadPlace,
    fleet: FleetId,
    page: PageRequest,
  ): Promise<Page<UnknownRelease>> {
    const rows = rowsFor(page);
    const before = numberCursor(page.after, Number.MAX_SAFE_INTEGER);
    const found = await unknownReleases.all(connection, { tenant, fleet, before, rows });
    return pageOf(found, rows, { item: toUnknown, key: ({ counter }) => String(counter) });
  },
  async findingsOfRelease({ connection, tenant }: ReadPlace, release: ReleaseId): Promise<readonly ReleaseFinding[]> {
    return (await findingsOfRelease.all(connection, { tenant, release })).map(toFinding);
  },
  async findingsOfVulnerability(
    { connection, tenant }: ReadPlace,
    vulnerability: string,
    limit: number,
  ): Promise<readonly ReleaseFinding[]> {
    return (await findingsOfVulnerability.all(connection, { tenant, vulnerability, rows: limit })).map(toFinding);
  },
  async awareness({ connection, tenant }: ReadPlace, vulnerability: string): Promise<Awareness | undefined> {
    const row = await oneAwareness.first(connection, { tenant, vulnerability });
    return row && { vulnerability, at: row.at, saidBy: row.said_by, reason: row.reason };
  },
};

export const vulnerabilityWrites = {
  async saveReleaseWatch({ connection, tenant }: WritePlace, watch: ReleaseWatch): Promise<void> {
    const { release, fleet, setsKey, components, openCritical, report, at, lookAgainAt } = watch;
    const row = { tenant, release, fleet, sets_key: setsKey, components, found_critical: openCritical, report, at };
    await saveWatch.run(connection, { ...row, look_again_at: lookAgainAt });
  },
  async saveFinding({ connection, tenant }: WritePlace, finding: ReleaseFinding): Promise<void> {
    const { isOpen, foundAt, ...rest } = finding;
    await saveFinding.run(connection, { tenant, ...rest, is_open: isOpen ? 1 : 0, found_at: foundAt });
  },
  async deleteFinding(
    { connection, tenant }: WritePlace,
    finding: Pick<ReleaseFinding, 'release' | 'artifact' | 'vulnerability' | 'component'>,
  ): Promise<void> {
    const { release, artifact, vulnerability, component } = finding;
    await deleteFinding.run(connection, { tenant, release, artifact, vulnerability, component });
  },
  async saveAwareness({ connection, tenant }: WritePlace, awareness: Awareness): Promise<void> {
    const { vulnerability, at, saidBy, reason } = awareness;
    await saveAwareness.run(connection, { tenant, vulnerability, at, said_by: saidBy, reason });
  },
};

function toUnknown(row: UnknownRow): UnknownRelease {
  const { id, version, counter, status, published_at: publishedAt, components } = row;
  const artifacts: readonly { readonly digest: Digest }[] = JSON.parse(row.artifacts);
  const digests = [...new Set(artifacts.map(({ digest }) => digest))];
  return { id, version, counter, status, publishedAt, digests, wasLookedAt: components !== null };
}

function toFinding(row: ReleaseFindingRow): ReleaseFinding {
  const { release, artifact, vulnerability, component, severity, vex } = row;
  const isOpen = row.is_open === 1;
  return { release, artifact, vulnerability, component, isOpen, severity, vex, foundAt: row.found_at };
}
