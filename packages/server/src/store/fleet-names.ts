import { type KnownName, nameTypeOf } from '@fettle/control';
import { type Device, type FleetId, limits, type TenantId } from '@fettle/model';
import type { Connection } from './connection.ts';
import type { ReadPlace } from './methods.ts';
import { query } from './query.ts';
import type { FleetNameRow } from './schema.ts';

const columns = ['tenant', 'fleet', 'kind', 'name', 'type'] as const;
type FleetKey = Pick<FleetNameRow, 'tenant' | 'fleet'>;

const namesOfFleet = query<FleetKey & { rows: number }, KnownName>((db, slot) =>
  db
    .selectFrom('fleet_names')
    .select(['kind', 'name', 'type'])
    .where('tenant', '=', slot('tenant'))
    .where('fleet', '=', slot('fleet'))
    .orderBy('kind')
    .orderBy('name')
    .orderBy('type')
    .limit(slot('rows')),
);
const oneName = query<FleetNameRow, { kind: string }>((db, slot) => {
  let built = db.selectFrom('fleet_names').select('kind');
  for (const column of columns) built = built.where(column, '=', slot(column));
  return built;
});
const countNames = query<FleetKey, { names: number }>((db, slot) =>
  db
    .selectFrom('fleet_names')
    .select((row) => row.fn.countAll<number>().as('names'))
    .where('tenant', '=', slot('tenant'))
    .where('fleet', '=', slot('fleet')),
);
const insertName = query<FleetNameRow>((db, slot) =>
  db
    .insertInto('fleet_names')
    .values(slot.all(columns))
    .onConflict((conflict) => conflict.doNothing()),
);

export const nameReads = {
  fleetNames({ connection, tenant }: ReadPlace, fleet: FleetId): Promise<readonly KnownName[]> {
    return namesOfFleet.all(connection, { tenant, fleet, rows: limits.namesPerFleet });
  },
};

type Said = Pick<Device, 'fleet' | 'status' | 'attributes' | 'tags'>;

/**
 * Remembers the names that a device has now and did not have before. Only devices that were accepted count: anybody
 * may knock with names made up.
 * @param before undefined for a device that was not there, or not accepted, or of another fleet
 */
export async function keepNames(
  connection: Connection,
  tenant: TenantId,
  device: Said,
  before: Pick<Said, 'attributes' | 'tags'> | undefined,
): Promise<void> {
  if (device.status !== 'accepted') return;
  for (const { kind, name, type } of newNames(device, before)) {
    const row: FleetNameRow = { tenant, fleet: device.fleet, kind, name, type };
    if (await oneName.first(connection, row)) continue;
    const count = (await countNames.first(connection, row))?.names ?? 0;
    if (count < limits.namesPerFleet) await insertName.run(connection, row);
  }
}

function newNames(device: Pick<Said, 'attributes' | 'tags'>, before: typeof device | undefined): KnownName[] {
  const found: KnownName[] = [];
  for (const [kind, said] of [['attribute', 'attributes'] as const, ['tag', 'tags'] as const]) {
    const old = before?.[said] ?? {};
    for (const [name, value] of Object.entries(device[said])) {
      const type = nameTypeOf(value);
      if (Object.hasOwn(old, name) && nameTypeOf(old[name] ?? '') === type) continue;
      found.push({ kind, name, type });
    }
  }
  return found;
}
