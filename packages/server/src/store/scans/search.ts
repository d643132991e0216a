import { type DeviceSearch, type Expression, matches, type Page, type PageRequest } from '@fettle/control';
import type { Device, TenantId } from '@fettle/model';
import { type RawBuilder, sql } from 'kysely';
import type { Connection } from '../connection.ts';
import { type DeviceRecord, toDevice } from '../device-row.ts';
import { pageOf, rowsFor } from '../paging.ts';
import { deviceColumns } from '../schema.ts';
import { planSearch, type SearchPlan } from '../search-plan.ts';
import type { Pace } from './pace.ts';
import { type SubjectRow, subjectOf } from './subject-row.ts';

/** Where a search runs. */
export interface SearchPlace {
  readonly connection: Connection;
  readonly tenant: TenantId;
  readonly pace: Pace;
}

/** Rows of one query where memory decides about each. */
const piece = 2_000;
/** After this long a page is given out as it is. */
const longestPageMs = 2_000;

const seen = sql`(select last_seen_at from device_seen
  where device_seen.tenant = devices.tenant and device_seen.device = devices.id) as last_seen_at`;
const wholeDevice = sql.join([...deviceColumns.map((column) => sql.ref(`devices.${column}`)), seen]);
const subjectColumns = ['id', 'type', 'fleet', 'attributes', 'tags', 'current', 'enrolled_at'];
const subjectOnly = sql.join(subjectColumns.map((column) => sql.ref(`devices.${column}`)));

/** One page of the devices that a search selects, in order of id. */
export async function searchDevices(place: SearchPlace, search: DeviceSearch & PageRequest): Promise<Page<Device>> {
  const plan = planSearch(search, place.connection.dialect);
  const rows = rowsFor(search);
  const after = search.after ?? '';
  if (plan.rest) return searchByPiece(place, { search, plan, rest: plan.rest, wanted: rows - 1 });
  const found = await run<DeviceRecord>(place, select(wholeDevice, place, { search, plan, after, rows }));
  return pageOf(found, rows, { item: toDevice, key: (row) => row.id });
}

interface PieceSearch {
  readonly search: DeviceSearch & PageRequest;
  readonly plan: SearchPlan;
  readonly rest: Expression;
  readonly wanted: number;
}

async function searchByPiece(place: SearchPlace, asked: PieceSearch): Promise<Page<Device>> {
  const { search, plan, rest, wanted } = asked;
  const items: Device[] = [];
  const deadline = place.pace.now() + longestPageMs;
  for (let after = search.after ?? ''; ; ) {
    const found = await run<DeviceRecord>(place, select(wholeDevice, place, { search, plan, after, rows: piece }));
    for (const row of found) {
      after = row.id;
      if (!matches(rest, subjectOf(row), search.now)) continue;
      items.push(toDevice(row));
      if (items.length === wanted) return { items, next: row.id };
    }
    if (found.length < piece) return { items, next: null };
    if (place.pace.now() > deadline) return { items, next: after };
    await place.pace.turn();
  }
}

/** How many devices a search selects. */
export async function countDevices(place: SearchPlace, search: DeviceSearch): Promise<number> {
  const plan = planSearch(search, place.connection.dialect);
  if (plan.rest) return countByPiece(place, { search, plan, rest: plan.rest });
  const [row] = await run<{ devices: number }>(place, count(place, { search, plan }));
  return row?.devices ?? 0;
}

async function countByPiece(
  place: SearchPlace,
  { search, plan, rest }: { readonly search: DeviceSearch; readonly plan: SearchPlan; readonly rest: Expression },
): Promise<number> {
  let selected = 0;
  for (let after = ''; ; ) {
    const found = await run<SubjectRow>(place, select(subjectOnly, place, { search, plan, after, rows: piece }));
    for (const row of found) if (matches(rest, subjectOf(row), search.now)) selected++;
    const last = found.at(-1);
    if (!last || found.length < piece) return selected;
    after = last.id;
    await place.pace.turn();
  }
}

interface Selection {
  readonly search: DeviceSearch;
  readonly plan: SearchPlan;
}

function select(
  columns: RawBuilder<unknown>,
  { tenant }: SearchPlace,
  { search, plan, after, rows }: Selection & { readonly after: string; readonly rows: number },
): RawBuilder<unknown> {
  const { from, id, where } = source(tenant, search, plan);
  return sql`select ${columns} from ${from} where ${where} and ${id} > ${after} order by ${id} limit ${rows}`;
}

function count({ tenant }: SearchPlace, { search, plan }: Selection): RawBuilder<unknown> {
  const { tag } = plan;
  const [value, ...more] = tag?.values ?? [];
  if (tag && value !== undefined && more.length === 0 && plan.conditions.length === 0 && search.status === undefined) {
    return sql`select count(*) as devices from device_tags where ${tagged(tenant, search, tag.name)} and value = ${value}`;
  }
  const { from, where } = source(tenant, search, plan);
  return sql`select count(*) as devices from ${from} where ${where}`;
}

/** Where the rows come from: the devices of the fleet, or those that an index of a tag leads to. */
function source(tenant: TenantId, search: DeviceSearch, { tag, conditions }: SearchPlan) {
  const of = [sql`devices.tenant = ${tenant}`, sql`devices.fleet = ${search.fleet}`, ...conditions];
  if (search.status !== undefined) of.push(sql`devices.status = ${search.status}`);
  const [value, ...more] = tag?.values ?? [];
  if (!tag || value === undefined) {
    return { from: sql`devices`, id: sql`devices.id`, where: sql.join(of, sql` and `) };
  }
  if (more.length === 0) {
    // The tag's entries stand in order of device: nothing is sorted, and a page ends as soon as it is full.
    const joined = sql`device_tags.tenant = devices.tenant and device_tags.device = devices.id`;
    const entry = sql`${tagged(tenant, search, tag.name)} and device_tags.value = ${value}`;
    const where = sql.join([entry, joined, ...of], sql` and `);
    return { from: sql`device_tags cross join devices`, id: sql`device_tags.device`, where };
  }
  const values = sql.join(tag.values);
  of.push(sql`devices.id in (
    select device from device_tags where ${tagged(tenant, search, tag.name)} and device_tags.value in (${values}))`);
  return { from: sql`devices`, id: sql`devices.id`, where: sql.join(of, sql` and `) };
}

function tagged(tenant: TenantId, { fleet }: DeviceSearch, name: string): RawBuilder<unknown> {
  return sql`device_tags.tenant = ${tenant} and device_tags.fleet = ${fleet} and device_tags.name = ${name}`;
}

function run<R>({ connection }: SearchPlace, statement: RawBuilder<unknown>): Promise<R[]> {
  const { sql: text, parameters } = statement.compile(connection.dialect.db);
  return connection.all<R>(text, parameters);
}
