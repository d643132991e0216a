import type { DeviceQuery, Page } from '@fettle/control';
import type { Device, DeviceId, DeviceStatus, FleetId, Instant, TenantId } from '@fettle/model';
import type { Connection } from './connection.ts';
import { listDevices } from './device-list.ts';
import { type DeviceRecord, fromDevice, lastSeen, selectDevices, toDevice } from './device-row.ts';
import { noteRunning, type RunningSubject } from './device-running.ts';
import { addTags, removeTags } from './device-tags.ts';
import { keepNames } from './fleet-names.ts';
import type { ReadPlace, WritePlace } from './methods.ts';
import { demandChanged } from './paging.ts';
import { query } from './query.ts';
import { type DeviceCountsRow, type DeviceRow, type DeviceSeenRow, deviceColumns } from './schema.ts';
import { deleteDirectorSet } from './trust.ts';

type DeviceKey = Pick<DeviceRow, 'tenant' | 'id'>;
type Standing = Pick<DeviceRow, 'fleet' | 'type' | 'status' | 'attributes' | 'tags' | 'current'> &
  Pick<DeviceSeenRow, 'last_seen_at'>;

const oneDevice = query<DeviceKey, DeviceRecord>((db, slot) =>
  selectDevices(db).where('devices.tenant', '=', slot('tenant')).where('devices.id', '=', slot('id')),
);
const standing = query<DeviceKey, Standing>((db, slot) =>
  db
    .selectFrom('devices')
    .select(['fleet', 'type', 'status', 'attributes', 'tags', 'current'])
    .select(lastSeen)
    .where('devices.tenant', '=', slot('tenant'))
    .where('devices.id', '=', slot('id')),
);
const insertDevice = query<DeviceRow>((db, slot) => db.insertInto('devices').values(slot.all(deviceColumns)));
const changing = ['type', 'public_key', 'attributes', 'tags', 'current', 'open_deployment', 'attempts'] as const;
const updateDevice = query<DeviceRow>((db, slot) =>
  db.updateTable('devices').set(slot.all(changing)).where('tenant', '=', slot('tenant')).where('id', '=', slot('id')),
);
// Apart from the above, as naming an indexed column rewrites its indexes even when the value stays.
const moveDevice = query<DeviceRow>((db, slot) =>
  db
    .updateTable('devices')
    .set(slot.all([...changing, 'fleet', 'status', 'enrolled_at']))
    .where('tenant', '=', slot('tenant'))
    .where('id', '=', slot('id')),
);
const deleteDevice = query<DeviceKey>((db, slot) =>
  db.deleteFrom('devices').where('tenant', '=', slot('tenant')).where('id', '=', slot('id')),
);

const insertSeen = query<DeviceSeenRow>((db, slot) =>
  db.insertInto('device_seen').values(slot.all(['tenant', 'device', 'last_seen_at'])),
);
/** Never goes back; a device that is gone stays gone. */
export const updateSeen = query<{ tenant: TenantId; device: DeviceId; at: Instant }>((db, slot) =>
  db
    .updateTable('device_seen')
    .set({ last_seen_at: slot('at') })
    .where('tenant', '=', slot('tenant'))
    .where('device', '=', slot('device'))
    .where((row) => row.or([row('last_seen_at', 'is', null), row('last_seen_at', '<', slot('at'))])),
);
const deleteSeen = query<{ tenant: TenantId; device: DeviceId }>((db, slot) =>
  db.deleteFrom('device_seen').where('tenant', '=', slot('tenant')).where('device', '=', slot('device')),
);

const countsOfFleet = query<Pick<DeviceCountsRow, 'tenant' | 'fleet'>, Pick<DeviceCountsRow, 'status' | 'devices'>>(
  (db, slot) =>
    db
      .selectFrom('device_counts')
      .select(['status', 'devices'])
      .where('tenant', '=', slot('tenant'))
      .where('fleet', '=', slot('fleet')),
);
const addToCount = query<DeviceCountsRow>((db, slot) =>
  db
    .insertInto('device_counts')
    .values(slot.all(['tenant', 'fleet', 'status', 'devices']))
    .onConflict((conflict) =>
      conflict
        .columns(['tenant', 'fleet', 'status'])
        .doUpdateSet((row) => ({ devices: row('device_counts.devices', '+', row.ref('excluded.devices')) })),
    ),
);

export const deviceReads = {
  async device({ connection, tenant }: ReadPlace, id: DeviceId): Promise<Device | undefined> {
    const row = await oneDevice.first(connection, { tenant, id });
    return row && toDevice(row);
  },
  devices({ connection, tenant }: ReadPlace, asked: DeviceQuery): Promise<Page<Device>> {
    return listDevices(connection, tenant, asked);
  },
  async countPendingDevices(place: ReadPlace, fleet: FleetId): Promise<number> {
    return (await deviceReads.countDevices(place, fleet)).pending;
  },
  async countDevices(
    { connection, tenant }: ReadPlace,
    fleet: FleetId,
  ): Promise<Readonly<Record<DeviceStatus, number>>> {
    const counts = { pending: 0, accepted: 0, quarantined: 0, rejected: 0 };
    for (const row of await countsOfFleet.all(connection, { tenant, fleet })) counts[row.status] = row.devices;
    return counts;
  },
};

export const deviceWrites = {
  async insertDevice({ connection, tenant }: WritePlace, device: Device): Promise<void> {
    await Promise.all([
      insertDevice.run(connection, fromDevice(tenant, device)),
      insertSeen.run(connection, { tenant, device: device.id, last_seen_at: device.lastSeenAt }),
      addToCount.run(connection, { tenant, fleet: device.fleet, status: device.status, devices: 1 }),
    ]);
    await addTags(connection, { tenant, fleet: device.fleet, device: device.id }, device.tags);
    await keepNames(connection, tenant, device, undefined);
    await noteRunning(connection, { tenant, device: device.id }, { before: undefined, after: device });
  },
  async updateDevice({ connection, tenant }: WritePlace, device: Device): Promise<void> {
    const { id, fleet, status, lastSeenAt: at } = device;
    const before = await standing.first(connection, { tenant, id });
    if (!before) return demandChanged(0, 'device', id);
    const row = fromDevice(tenant, device);
    if (before.fleet === fleet && before.status === status) await updateDevice.run(connection, row);
    else {
      await moveDevice.run(connection, row);
      await addToCount.run(connection, { tenant, fleet: before.fleet, status: before.status, devices: -1 });
      await addToCount.run(connection, { tenant, fleet, status, devices: 1 });
    }
    await noteWords(connection, tenant, device, { before, row });
    await noteWhatRuns(connection, tenant, device, { before, row });
    if (at !== null && at > (before.last_seen_at ?? 0)) await updateSeen.run(connection, { tenant, device: id, at });
  },
  async deleteDevice({ connection, tenant }: WritePlace, id: DeviceId): Promise<void> {
    const before = await standing.first(connection, { tenant, id });
    if (!before) return;
    await deleteDevice.run(connection, { tenant, id });
    await deleteSeen.run(connection, { tenant, device: id });
    await deleteDirectorSet.run(connection, { tenant, device: id });
    await noteRunning(connection, { tenant, device: id }, { before: subjectOf(before), after: undefined });
    await removeTags(connection, { tenant, fleet: before.fleet, device: id }, JSON.parse(before.tags));
    await addToCount.run(connection, { tenant, fleet: before.fleet, status: before.status, devices: -1 });
  },
};

/** Keeps what is made from the attributes and tags of a device in step with them. */
async function noteWords(
  connection: Connection,
  tenant: TenantId,
  device: Device,
  { before, row }: { readonly before: Standing; readonly row: DeviceRow },
): Promise<void> {
  const { fleet, id, status } = device;
  const moved = before.fleet !== fleet;
  if (moved || before.tags !== row.tags) {
    await removeTags(connection, { tenant, fleet: before.fleet, device: id }, JSON.parse(before.tags));
    await addTags(connection, { tenant, fleet, device: id }, device.tags);
  }
  const isNew = moved || before.status !== status;
  if (!isNew && before.tags === row.tags && before.attributes === row.attributes) return;
  const old = { attributes: JSON.parse(before.attributes), tags: JSON.parse(before.tags) };
  await keepNames(connection, tenant, device, isNew ? undefined : old);
}

const watched = ['fleet', 'type', 'status', 'current', 'attributes', 'tags'] as const;

async function noteWhatRuns(
  connection: Connection,
  tenant: TenantId,
  device: Device,
  { before, row }: { readonly before: Standing; readonly row: DeviceRow },
): Promise<void> {
  if (watched.every((name) => before[name] === row[name])) return;
  await noteRunning(connection, { tenant, device: device.id }, { before: subjectOf(before), after: device });
}

function subjectOf({ fleet, type, status, current, attributes, tags }: Standing): RunningSubject {
  const texts = { current: JSON.parse(current), attributes: JSON.parse(attributes), tags: JSON.parse(tags) };
  return { fleet, type, status, ...texts };
}
