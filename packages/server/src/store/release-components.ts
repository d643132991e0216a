import type { ComponentBatch, FoundComponent, Page, PageRequest } from '@fettle/control';
import type { Digest, ReleaseId, TenantId } from '@fettle/model';
import { sql } from 'kysely';
import type { ReadPlace, WritePlace } from './methods.ts';
import { pageOf, rowsFor } from './paging.ts';
import { query } from './query.ts';
import type { ReleaseComponentKeyRow, ReleaseComponentRow } from './schema.ts';

const componentColumns = ['tenant', 'release', 'artifact', 'position', 'body'] as const;
const keyColumns = ['tenant', 'name', 'release', 'artifact', 'position'] as const;
const mostDeleted = 500;

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

/** What releases are made of, by release and by the names that vulnerability data know it under. */
export const componentReads = {
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
};

export const componentWrites = {
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
};

function toComponent({ release, artifact, body }: Place & { readonly body: string }): FoundComponent {
  return { release, artifact, component: readBody(body).component };
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
