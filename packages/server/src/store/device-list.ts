import type { DeviceQuery, Page } from '@fettle/control';
import type { Device, DeviceId, TenantId } from '@fettle/model';
import type { Connection } from './connection.ts';
import { type DeviceRecord, selectDevices, toDevice } from './device-row.ts';
import { pageOf, rowsFor } from './paging.ts';
import { runBuilt } from './query.ts';

/** Lists devices in order of id: one walk along an index, however large the fleet. */
export async function listDevices(connection: Connection, tenant: TenantId, asked: DeviceQuery): Promise<Page<Device>> {
  const { fleet, status, after = '' } = asked;
  const rows = rowsFor(asked);
  const found = await runBuilt<DeviceRecord>(connection, (db) => {
    let built = selectDevices(db)
      .where('devices.tenant', '=', tenant)
      .where('devices.fleet', '=', fleet)
      .where('devices.id', '>', after as DeviceId);
    if (status !== undefined) built = built.where('devices.status', '=', status);
    return built.orderBy('devices.id').limit(rows);
  });
  return pageOf(found, rows, { item: toDevice, key: (row) => row.id });
}
