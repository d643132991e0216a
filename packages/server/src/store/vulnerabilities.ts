import type {
  Awareness,
  ComponentBatch,
  FoundComponent,
  Page,
  PageRequest,
  ReleaseFinding,
  ReleaseWatch,
} from '@fettle/control';
import type { Digest, FleetId, ReleaseId, TenantId } from '@fettle/model';
import { sql } from 'kysely';
import type { ReadPlace, WritePlace } from './methods.ts';
import { pageOf, rowsFor } from './paging.ts';
import { query } from './query.ts';
import type {
  ReleaseComponentKeyRow,
  ReleaseComponentRow,
  ReleaseFindingRow,
  ReleaseWatchRow,
  VulnerabilityAwarenessRow,
} from './schema.ts';

const componentColumns = ['tenant', 'release', 'artifact', 'position', 'body'] as const;
const keyColumns = ['tenant', 'name', 'release', 'artifact', 'position'] as const;
const watchColumns = [
  'tenant',
  'release',
  'fleet',
  'sets_key',
  'components',
  'found_critical',
  'report',
  'at',
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

/** Where a page begins: after this component. */
interface ComponentCursor {
  readonly tenant: TenantId;
  readonly release: ReleaseId;
  readonly artifact: Digest;
  readonly position: number;
  readonly rows: number;
}
type Place = Pick<ReleaseComponentRow, 'release' | 'artifact' | 'position'>;
type FoundRow = Omit<ReleaseComponentRow, 'tenant'>;

const componentsOf = query<ComponentCursor, ReleaseComponentRow>((db, slot) =>
  db
    .selectFrom('release_components')
    .select(componentColumns)
    .where('tenant', '=', slot('tenant'))
    .where('release', '=', slot('release'))
    .where(sql<boolean>`(artifact, position) > (${slot('artifact')}, ${slot('position')})`)
    .orderBy('artifact')
    .orderBy('position')
    .limit(slot('rows')),
);
const componentsNamed = query<ComponentCursor & { name: string }, FoundRow>((db, slot) =>
  db
    .selectFrom('release_component_keys as keys')
    .innerJoin('release_components as kept', (join) =>
      join
        .onRef('kept.tenant', '=', 'keys.tenant')
        .onRef('kept.release', '=', 'keys.release')
        .onRef('kept.artifact', '=', 'keys.artifact')
        .onRef('kept.position', '=', 'keys.position'),
    )
    .select(['keys.release', 'keys.artifact', 'keys.position', 'kept.body'])
    .where('keys.tenant', '=', slot('tenant'))
    .where('keys.name', '=', slot('name'))
    .where(
      sql<boolean>`(keys.release, keys.artifact, keys.position) > (${slot('release')}, ${slot('artifact')}, ${slot('position')})`,
    )
    .orderBy('keys.release')
    .orderBy('keys.artifact')
    .orderBy('keys.position')
    .limit(slot('rows')),
);
const insertComponent = query<ReleaseComponentRow>((db, slot) =>
  db.insertInto('release_components').values(slot.all(componentColumns)),
);
const insertKey = query<ReleaseComponentKeyRow>((db, slot) =>
  db
    .insertInto('release_component_keys')
    .values(slot.all(keyColumns))
    .onConflict((conflict) => conflict.doNothing()),
);
const deleteKey = query<ReleaseComponentKeyRow>((db, slot) => {
  let built = db.deleteFrom('release_component_keys');
  for (const column of keyColumns) built = built.where(column, '=', slot(column));
  return built;
});
const deleteComponent = query<Omit<ReleaseComponentRow, 'body'>>((db, slot) =>
  db
    .deleteFrom('release_components')
    .where('tenant', '=', slot('tenant'))
    .where('release', '=', slot('release'))
    .where('artifact', '=', slot('artifact'))
    .where('position', '=', slot('position')),
);

const oneWatch = query<Pick<ReleaseWatchRow, 'tenant' | 'release'>, ReleaseWatchRow>((db, slot) =>
  db
    .selectFrom('release_watches')
    .select(watchColumns)
    .where('tenant', '=', slot('tenant'))
    .where('release', '=', slot('release')),
);
const unwatched = query<{ tenant: TenantId; fleet: FleetId; setsKey: string; rows: number }, { id: ReleaseId }>(
  (db, slot) =>
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
              .where('sets_key', '=', slot('setsKey')),
          ),
        ),
      )
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
        .doUpdateSet(slot.all(['sets_key', 'components', 'found_critical', 'report', 'at'])),
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
  async componentsNamed(
    { connection, tenant }: ReadPlace,
    name: string,
    page: PageRequest,
  ): Promise<Page<FoundComponent>> {
    const rows = rowsFor(page);
    const found = await componentsNamed.all(connection, { tenant, name, rows, ...cursorOf(page.after) });
    return pageOf(found, rows, { item: toComponent, key: cursorText });
  },
  async componentsOf(
    { connection, tenant }: ReadPlace,
    release: ReleaseId,
    page: PageRequest,
  ): Promise<Page<FoundComponent>> {
    const rows = rowsFor(page);
    const found = await componentsOf.all(connection, { tenant, rows, ...cursorOf(page.after), release });
    return pageOf(found, rows, { item: toComponent, key: cursorText });
  },
  async releaseWatch({ connection, tenant }: ReadPlace, release: ReleaseId): Promise<ReleaseWatch | undefined> {
    const row = await oneWatch.first(connection, { tenant, release });
    if (!row) return undefined;
    const { fleet, sets_key: setsKey, components, found_critical: openCritical, report, at } = row;
    return { release, fleet, setsKey, components, openCritical, report, at };
  },
  async unwatchedReleases(
    { connection, tenant }: ReadPlace,
    fleet: FleetId,
    { setsKey, limit }: { readonly setsKey: string; readonly limit: number },
  ): Promise<readonly ReleaseId[]> {
    return (await unwatched.all(connection, { tenant, fleet, setsKey, rows: limit })).map(({ id }) => id);
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
  async deleteComponents({ connection, tenant }: WritePlace, release: ReleaseId): Promise<void> {
    for (;;) {
      const page = { tenant, rows: mostDeleted, ...cursorOf(undefined), release };
      const found = await componentsOf.all(connection, page);
      for (const { artifact, position, body } of found) {
        const place = { tenant, release, artifact, position };
        for (const name of readBody(body).names) await deleteKey.run(connection, { ...place, name });
        await deleteComponent.run(connection, place);
      }
      if (found.length < mostDeleted) return;
    }
  },
  async insertComponents({ connection, tenant }: WritePlace, batch: ComponentBatch): Promise<void> {
    const { release, artifact, from, components } = batch;
    for (const [index, { component, names }] of components.entries()) {
      const place = { tenant, release, artifact, position: from + index };
      await insertComponent.run(connection, { ...place, body: JSON.stringify({ component, names }) });
      for (const name of new Set(names)) await insertKey.run(connection, { ...place, name });
    }
  },
  async saveReleaseWatch({ connection, tenant }: WritePlace, watch: ReleaseWatch): Promise<void> {
    const { release, fleet, setsKey, components, openCritical, report, at } = watch;
    const row = { tenant, release, fleet, sets_key: setsKey, components, found_critical: openCritical, report, at };
    await saveWatch.run(connection, row);
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

const mostDeleted = 500;

function toComponent({ release, artifact, body }: Place & { readonly body: string }): FoundComponent {
  return { release, artifact, component: readBody(body).component };
}

function toFinding(row: ReleaseFindingRow): ReleaseFinding {
  const { release, artifact, vulnerability, component, severity, vex } = row;
  const isOpen = row.is_open === 1;
  return { release, artifact, vulnerability, component, isOpen, severity, vex, foundAt: row.found_at };
}

function cursorText({ release, artifact, position }: Place): string {
  return `${release} ${artifact} ${position}`;
}

function cursorOf(after: string | undefined): Pick<ComponentCursor, 'release' | 'artifact' | 'position'> {
  const [release = '', artifact = '', position = '-1'] = (after ?? '').split(' ', 3);
  return { release: release as ReleaseId, artifact: artifact as Digest, position: Number(position) };
}

/** As `insertComponents` wrote it. */
function readBody(body: string): ComponentBatch['components'][number] {
  return JSON.parse(body);
}
