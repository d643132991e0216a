import type { DeviceSearch, Tally } from '@fettle/control';
import { sql } from 'kysely';
import { type DeviceRecord, toDevice } from '../device-row.ts';
import { deviceColumns } from '../schema.ts';
import type { SearchPlace } from './search.ts';

/** Devices shown between two turns for others: some milliseconds. */
const piece = 500;

const columns = sql.join(deviceColumns.map((column) => sql.ref(`devices.${column}`)));
const seen = sql`(select last_seen_at from device_seen
  where device_seen.tenant = devices.tenant and device_seen.device = devices.id) as last_seen_at`;

/** Shows every device of a fleet to a tally. Memory: one piece. */
export async function surveyDevices(
  { connection, tenant, pace }: SearchPlace,
  of: Pick<DeviceSearch, 'fleet' | 'status'>,
  tally: Tally<unknown>,
): Promise<void> {
  const status = of.status === undefined ? sql`` : sql` and devices.status = ${of.status}`;
  for (let after = ''; ; ) {
    const { sql: text, parameters } = sql`select ${columns}, ${seen} from devices
      where devices.tenant = ${tenant} and devices.fleet = ${of.fleet}${status} and devices.id > ${after}
      order by devices.id limit ${piece}`.compile(connection.dialect.db);
    const found = await connection.all<DeviceRecord>(text, parameters);
    for (const row of found) tally.add(toDevice(row));
    const last = found.at(-1);
    if (!last || found.length < piece) return;
    after = last.id;
    await pace.turn();
  }
}
