import type { DeviceQuery, Page } from '@fettle/control';
import type { Device, DeviceId, TenantId } from '@fettle/model';
import type { Connection } from './connection.ts';
import { type DeviceRecord, selectDevices, toDevice } from './device-row.ts';
import { termCondition } from './filter-sql.ts';
import { afterEveryId, pageOf, rowsFor } from './paging.ts';
import { runBuilt } from './query.ts';

/** Devices that one page of a filtered list looks at: bounds the time when a filter fits few of a million. */
export const mostScanned = 5_000;

/**
 * Lists devices in order of id. With a filter a page may hold fewer devices than asked for, even none, and still
 * have a `next`: only a page without `next` is the last.
 */
export async function scanDevices(connection: Connection, tenant: TenantId, asked: DeviceQuery): Promise<Page<Device>> {
  const { fleet, status, filter } = asked;
  const rows = rowsFor(asked);
  const after = (asked.after ?? '') as DeviceId;
  const filtered = filter !== undefined && filter.terms.length > 0;
  const end = filtered ? await scanEnd(connection, tenant, { ...asked, after }) : undefined;
  const found = await runBuilt<DeviceRecord>(connection, (db) => {
    let built = selectDevices(db)
      .where('devices.tenant', '=', tenant)
      .where('devices.fleet', '=', fleet)
      .where('devices.id', '>', after)
      .where('devices.id', '<=', end ?? (afterEveryId as DeviceId));
    if (status !== undefined) built = built.where('devices.status', '=', status);
    for (const term of filter?.terms ?? []) built = built.where(termCondition(connection.dialect, term));
    return built.orderBy('devices.id').limit(rows);
  });
  const page = pageOf(found, rows, { item: toDevice, key: (row) => row.id });
  return page.next === null && end !== undefined ? { items: page.items, next: end } : page;
}

/** The last device that this page looks at; undefined when the list ends before. */
async function scanEnd(
  connection: Connection,
  tenant: TenantId,
  { fleet, status, after }: DeviceQuery & { readonly after: DeviceId },
): Promise<DeviceId | undefined> {
  const found = await runBuilt<{ id: DeviceId }>(connection, (db) => {
    let built = db
      .selectFrom('devices')
      .select('id')
      .where('tenant', '=', tenant)
      .where('fleet', '=', fleet)
      .where('id', '>', after);
    if (status !== undefined) built = built.where('status', '=', status);
    return built
      .orderBy('id')
      .limit(1)
      .offset(mostScanned - 1);
  });
  return found[0]?.id;
}
