import type { Device, TenantId } from '@fettle/model';
import type { ExpressionBuilder, Kysely } from 'kysely';
import { type DeviceRow, type DeviceSeenRow, deviceColumns, type Schema } from './schema.ts';

/** A device as it is read: its row and when it was last seen. */
export type DeviceRecord = DeviceRow & Pick<DeviceSeenRow, 'last_seen_at'>;

export function selectDevices(db: Kysely<Schema>) {
  return db.selectFrom('devices').select(deviceColumns).select(lastSeen);
}

/** A subquery and not a join: SQLite plans the join anew at every run, which costs ten times as much. */
export function lastSeen(row: ExpressionBuilder<Schema, 'devices'>) {
  return row
    .selectFrom('device_seen')
    .select('last_seen_at')
    .whereRef('device_seen.tenant', '=', 'devices.tenant')
    .whereRef('device_seen.device', '=', 'devices.id')
    .as('last_seen_at');
}

export function fromDevice(tenant: TenantId, device: Device): DeviceRow {
  return {
    tenant,
    id: device.id,
    fleet: device.fleet,
    type: device.type,
    status: device.status,
    public_key: device.publicKey,
    attributes: JSON.stringify(device.attributes),
    tags: JSON.stringify(device.tags),
    current: JSON.stringify(device.current),
    open_deployment: device.openDeployment,
    attempts: JSON.stringify(device.attempts),
    enrolled_at: device.enrolledAt,
  };
}

export function toDevice(row: DeviceRecord): Device {
  return {
    id: row.id,
    fleet: row.fleet,
    type: row.type,
    status: row.status,
    publicKey: row.public_key,
    attributes: JSON.parse(row.attributes),
    tags: JSON.parse(row.tags),
    current: JSON.parse(row.current),
    openDeployment: row.open_deployment,
    attempts: JSON.parse(row.attempts),
    enrolledAt: row.enrolled_at,
    lastSeenAt: row.last_seen_at,
  };
}
