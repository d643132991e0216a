import type { Page, PageRequest } from '@fettle/control';
import {
  FettleError,
  type Fleet,
  type FleetId,
  type Group,
  type GroupName,
  type ImageRule,
  limits,
  type TenantId,
} from '@fettle/model';
import type { ReadPlace, WritePlace } from './methods.ts';
import { toFilter } from './old-filter.ts';
import { demandChanged, pageOf, rowsFor } from './paging.ts';
import { query } from './query.ts';
import type { FleetRow, GroupRow } from './schema.ts';

type FleetKey = Pick<FleetRow, 'tenant' | 'id'>;
type GroupKey = Pick<GroupRow, 'tenant' | 'fleet' | 'name'>;

const fleetColumns = [
  'tenant',
  'id',
  'device_types',
  'keys',
  'security_floor',
  'check_in_interval_ms',
  'freezes',
  'image_policy',
  'release_policy',
  'created_at',
] as const;
const groupColumns = ['tenant', 'fleet', 'name', 'filter'] as const;

const oneFleet = query<FleetKey, FleetRow>((db, slot) =>
  db.selectFrom('fleets').select(fleetColumns).where('tenant', '=', slot('tenant')).where('id', '=', slot('id')),
);
const someFleets = query<{ tenant: TenantId; after: FleetId; rows: number }, FleetRow>((db, slot) =>
  db
    .selectFrom('fleets')
    .select(fleetColumns)
    .where('tenant', '=', slot('tenant'))
    .where('id', '>', slot('after'))
    .orderBy('id')
    .limit(slot('rows')),
);
const insertFleet = query<FleetRow>((db, slot) => db.insertInto('fleets').values(slot.all(fleetColumns)));
const updateFleet = query<FleetRow>((db, slot) =>
  db
    .updateTable('fleets')
    .set(
      slot.all([
        'device_types',
        'keys',
        'security_floor',
        'check_in_interval_ms',
        'freezes',
        'image_policy',
        'release_policy',
        'created_at',
      ]),
    )
    .where('tenant', '=', slot('tenant'))
    .where('id', '=', slot('id')),
);

const oneGroup = query<GroupKey, GroupRow>((db, slot) =>
  db
    .selectFrom('groups')
    .select(groupColumns)
    .where('tenant', '=', slot('tenant'))
    .where('fleet', '=', slot('fleet'))
    .where('name', '=', slot('name')),
);
const groupsOfFleet = query<Pick<GroupRow, 'tenant' | 'fleet'>, GroupRow>((db, slot) =>
  db
    .selectFrom('groups')
    .select(groupColumns)
    .where('tenant', '=', slot('tenant'))
    .where('fleet', '=', slot('fleet'))
    .orderBy('name')
    .limit(limits.groupsPerFleet),
);
const saveGroup = query<GroupRow>((db, slot) =>
  db
    .insertInto('groups')
    .values(slot.all(groupColumns))
    .onConflict((conflict) => conflict.columns(['tenant', 'fleet', 'name']).doUpdateSet({ filter: slot('filter') })),
);
const deleteGroup = query<GroupKey>((db, slot) =>
  db
    .deleteFrom('groups')
    .where('tenant', '=', slot('tenant'))
    .where('fleet', '=', slot('fleet'))
    .where('name', '=', slot('name')),
);

export const fleetReads = {
  async fleet({ connection, tenant }: ReadPlace, id: FleetId): Promise<Fleet | undefined> {
    const row = await oneFleet.first(connection, { tenant, id });
    return row && toFleet(row);
  },
  async fleets({ connection, tenant }: ReadPlace, page: PageRequest): Promise<Page<Fleet>> {
    const rows = rowsFor(page);
    const after = (page.after ?? '') as FleetId;
    const found = await someFleets.all(connection, { tenant, after, rows });
    return pageOf(found, rows, { item: toFleet, key: (row) => row.id });
  },
  async group({ connection, tenant }: ReadPlace, fleet: FleetId, name: GroupName): Promise<Group | undefined> {
    const row = await oneGroup.first(connection, { tenant, fleet, name });
    return row && toGroup(row);
  },
  async groups({ connection, tenant }: ReadPlace, fleet: FleetId): Promise<readonly Group[]> {
    return (await groupsOfFleet.all(connection, { tenant, fleet })).map(toGroup);
  },
};

export const fleetWrites = {
  async insertFleet({ connection, tenant }: WritePlace, fleet: Fleet): Promise<void> {
    await insertFleet.run(connection, fromFleet(tenant, fleet));
  },
  async updateFleet({ connection, tenant }: WritePlace, fleet: Fleet): Promise<void> {
    demandChanged(await updateFleet.run(connection, fromFleet(tenant, fleet)), 'fleet', fleet.id);
  },
  async saveGroup({ connection, tenant }: WritePlace, group: Group): Promise<void> {
    const { fleet, name } = group;
    await saveGroup.run(connection, { tenant, fleet, name, filter: JSON.stringify(group.filter) });
  },
  async deleteGroup({ connection, tenant }: WritePlace, fleet: FleetId, name: GroupName): Promise<void> {
    await deleteGroup.run(connection, { tenant, fleet, name });
  },
};

/** @throws FettleError `forbidden` when an object says that it belongs to another tenant than the scope's */
export function demandTenant(tenant: TenantId, found: TenantId, what: string): void {
  if (found === tenant) return;
  throw new FettleError('forbidden', `The ${what} belongs to tenant ${found}, the scope is of tenant ${tenant}.`);
}

function fromFleet(tenant: TenantId, fleet: Fleet): FleetRow {
  demandTenant(tenant, fleet.tenant, 'fleet');
  return {
    tenant,
    id: fleet.id,
    device_types: JSON.stringify(fleet.deviceTypes),
    keys: JSON.stringify(fleet.keys),
    security_floor: fleet.securityFloor,
    check_in_interval_ms: fleet.checkInIntervalMs,
    freezes: JSON.stringify(fleet.freezes),
    image_policy: JSON.stringify(fleet.imagePolicy ?? []),
    release_policy: fleet.releasePolicy ? JSON.stringify(fleet.releasePolicy) : '',
    created_at: fleet.createdAt,
  };
}

function toFleet(row: FleetRow): Fleet {
  const imagePolicy: readonly ImageRule[] = JSON.parse(row.image_policy);
  return {
    id: row.id,
    tenant: row.tenant,
    deviceTypes: JSON.parse(row.device_types),
    keys: JSON.parse(row.keys),
    securityFloor: row.security_floor,
    checkInIntervalMs: row.check_in_interval_ms,
    freezes: JSON.parse(row.freezes),
    ...(imagePolicy.length === 0 ? {} : { imagePolicy }),
    ...(row.release_policy === '' ? {} : { releasePolicy: JSON.parse(row.release_policy) }),
    createdAt: row.created_at,
  };
}

function toGroup(row: GroupRow): Group {
  return { name: row.name, fleet: row.fleet, filter: toFilter(row.filter) };
}
