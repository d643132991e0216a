import { createHash } from 'node:crypto';
import { type Running, runningOf } from '@fettle/control';
import type { Device, DeviceId, FleetId, TenantId } from '@fettle/model';
import type { Connection } from './connection.ts';
import { query } from './query.ts';
import type { DeviceRunningRow, RunningRow } from './schema.ts';

const columns = ['tenant', 'id', 'fleet', 'component', 'digest', 'counter', 'type', 'country'] as const;

const findRunning = query<Omit<RunningRow, 'id'>, Pick<RunningRow, 'id'>>((db, slot) =>
  db
    .selectFrom('running')
    .select('id')
    .where('tenant', '=', slot('tenant'))
    .where('fleet', '=', slot('fleet'))
    .where('digest', '=', slot('digest'))
    .where('component', '=', slot('component'))
    .where('counter', '=', slot('counter'))
    .where('type', '=', slot('type'))
    .where('country', '=', slot('country')),
);
const insertRunning = query<RunningRow>((db, slot) =>
  db
    .insertInto('running')
    .values(slot.all(columns))
    .onConflict((conflict) => conflict.doNothing()),
);
const addDevice = query<DeviceRunningRow>((db, slot) =>
  db
    .insertInto('device_running')
    .values(slot.all(['tenant', 'running', 'device']))
    .onConflict((conflict) => conflict.doNothing()),
);
const removeDevice = query<DeviceRunningRow>((db, slot) =>
  db
    .deleteFrom('device_running')
    .where('tenant', '=', slot('tenant'))
    .where('running', '=', slot('running'))
    .where('device', '=', slot('device')),
);

/** What is looked at of a device. */
export type RunningSubject = Pick<Device, 'fleet' | 'status' | 'type' | 'current' | 'attributes' | 'tags'>;

/**
 * Lets a device be found by what it runs, and by what it ran no more. Writes nothing while that stays the same: most
 * changes of a device are others.
 * @param before undefined for a device that was not there; `after` for one that is gone
 */
export async function noteRunning(
  connection: Connection,
  owner: { readonly tenant: TenantId; readonly device: DeviceId },
  { before, after }: { readonly before: RunningSubject | undefined; readonly after: RunningSubject | undefined },
): Promise<void> {
  const { tenant, device } = owner;
  const [old, now] = [keysOf(tenant, before), keysOf(tenant, after)];
  for (const [key, row] of old) {
    if (now.has(key)) continue;
    const found = await findRunning.first(connection, row);
    if (found) await removeDevice.run(connection, { tenant, running: found.id, device });
  }
  for (const [key, row] of now) {
    if (old.has(key)) continue;
    await addDevice.run(connection, { tenant, running: await idOf(connection, row, key), device });
  }
}

/** Made of what it stands for, so that two processes that make it at the same moment make the same. */
async function idOf(connection: Connection, row: Omit<RunningRow, 'id'>, key: string): Promise<string> {
  const found = await findRunning.first(connection, row);
  if (found) return found.id;
  const id = createHash('sha256').update(key).digest('base64url').slice(0, 22);
  await insertRunning.run(connection, { ...row, id });
  return id;
}

function keysOf(tenant: TenantId, device: RunningSubject | undefined): Map<string, Omit<RunningRow, 'id'>> {
  const keys = new Map<string, Omit<RunningRow, 'id'>>();
  if (!device) return keys;
  for (const running of runningOf(device)) {
    const row = rowOf(tenant, device.fleet, running);
    keys.set(JSON.stringify(Object.values(row)), row);
  }
  return keys;
}

function rowOf(tenant: TenantId, fleet: FleetId, running: Running): Omit<RunningRow, 'id'> {
  const { component, digest, counter, type, country } = running;
  return { tenant, fleet, digest, component, counter, type, country: country === null ? '' : JSON.stringify(country) };
}
