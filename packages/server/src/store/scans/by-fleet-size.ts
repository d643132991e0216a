import type { FleetId, TenantId } from '@fettle/model';
import type { Connection } from '../connection.ts';
import { query } from '../query.ts';
import type { DeviceCountsRow } from '../schema.ts';
import type { ScanOrder } from './orders.ts';
import type { RunScan } from './store-scans.ts';

/** A fleet up to this size is looked through sooner than another thread starts. */
const fewDevices = 2_000;

const counts = query<{ tenant: TenantId; fleet: FleetId }, Pick<DeviceCountsRow, 'devices'>>((db, slot) =>
  db
    .selectFrom('device_counts')
    .select('devices')
    .where('tenant', '=', slot('tenant'))
    .where('fleet', '=', slot('fleet')),
);

/** Looks through small fleets on this thread, in turns, and through others elsewhere. */
export function byFleetSize(connection: Connection, here: RunScan, elsewhere: RunScan): RunScan {
  return async (order, survey) => {
    const rows = await counts.all(connection, { tenant: order.tenant, fleet: fleetOf(order) });
    const devices = rows.reduce((sum, row) => sum + row.devices, 0);
    return (devices <= fewDevices ? here : elsewhere)(order, survey);
  };
}

function fleetOf(order: ScanOrder): FleetId {
  if ('fleet' in order) return order.fleet;
  return order.kind === 'survey' ? order.of.fleet : order.search.fleet;
}
