import type { DeviceId, FleetId, Tags, TenantId } from '@fettle/model';
import type { Connection } from './connection.ts';
import { query } from './query.ts';
import type { DeviceTagRow } from './schema.ts';

const columns = ['tenant', 'fleet', 'name', 'value', 'device'] as const;
const insertTag = query<DeviceTagRow>((db, slot) => db.insertInto('device_tags').values(slot.all(columns)));
const deleteTag = query<DeviceTagRow>((db, slot) =>
  db
    .deleteFrom('device_tags')
    .where('tenant', '=', slot('tenant'))
    .where('fleet', '=', slot('fleet'))
    .where('name', '=', slot('name'))
    .where('value', '=', slot('value'))
    .where('device', '=', slot('device')),
);

/** Whose tags they are. */
export interface TagOwner {
  readonly tenant: TenantId;
  readonly fleet: FleetId;
  readonly device: DeviceId;
}

/** Lets a device be found by these tags. */
export async function addTags(connection: Connection, owner: TagOwner, tags: Tags): Promise<void> {
  for (const row of rowsOf(owner, tags)) await insertTag.run(connection, row);
}

/** Lets a device be found by these tags no more. */
export async function removeTags(connection: Connection, owner: TagOwner, tags: Tags): Promise<void> {
  for (const row of rowsOf(owner, tags)) await deleteTag.run(connection, row);
}

function rowsOf(owner: TagOwner, tags: Tags): DeviceTagRow[] {
  return Object.entries(tags).map(([name, value]) => ({ ...owner, name, value: JSON.stringify(value) }));
}
