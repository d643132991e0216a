import type { Page, PageRequest, RunningCount, RunningDevice, RunningSearch } from '@fettle/control';
import type { Digest, FleetId } from '@fettle/model';
import { type RawBuilder, sql } from 'kysely';
import { rowsFor } from '../paging.ts';
import type { RunningRow } from '../schema.ts';
import type { SearchPlace } from './search.ts';

/** Digests of one query. */
const piece = 200;
/** Things that run which one page looks at. */
const mostLooked = 500;

type CountRow = Pick<RunningRow, 'component' | 'digest' | 'counter' | 'type' | 'country'> & {
  readonly devices: number;
};

/** Counts devices by what they run: entries of one narrow index, and no device is read. */
export async function runningCounts(place: SearchPlace, search: RunningSearch): Promise<readonly RunningCount[]> {
  const counts: RunningCount[] = [];
  for (const digests of pieces(search.digests)) {
    const rows = await run<CountRow>(
      place,
      sql`select running.component, running.digest, running.counter, running.type, running.country,
        (select count(*) from device_running
          where device_running.tenant = running.tenant and device_running.running = running.id) as devices
        from running where ${among(place, search, digests)}`,
    );
    for (const { country, devices, ...row } of rows) {
      if (devices > 0) counts.push({ ...row, country: readCountry(country), devices });
    }
    await place.pace.turn();
  }
  return counts;
}

/**
 * The same of all that runs in a fleet and that no release accounts for whose components are known. A release that has
 * the same bytes as one that was checked is as known as that one.
 */
export async function runningUnknown(place: SearchPlace, fleet: FleetId): Promise<readonly RunningCount[]> {
  const rows = await run<CountRow>(
    place,
    sql`select component, digest, counter, type, country,
      (select count(*) from device_running
        where device_running.tenant = running.tenant and device_running.running = running.id) as devices
      from running where tenant = ${place.tenant} and fleet = ${fleet} and not exists (
        select 1 from release_artifacts as used, release_watches as watch
        where used.tenant = running.tenant and used.fleet = running.fleet and used.digest = running.digest
          and watch.tenant = used.tenant and watch.release = used.release and watch.components >= 0)`,
  );
  return rows.flatMap(({ country, ...row }) => (row.devices > 0 ? [{ ...row, country: readCountry(country) }] : []));
}

/** Devices that have never said what they run: an index that has only those. */
export async function silentDevices(place: SearchPlace, fleet: FleetId): Promise<number> {
  const rows = await run<{ devices: number }>(
    place,
    sql`select count(*) as devices from devices
      where tenant = ${place.tenant} and fleet = ${fleet} and current = '{}' and status in ('accepted', 'quarantined')`,
  );
  return rows[0]?.devices ?? 0;
}

/** Each device once, whatever number of its components are concerned. */
export async function runningOnce(
  place: SearchPlace,
  search: RunningSearch,
): Promise<readonly Pick<RunningCount, 'type' | 'country' | 'devices'>[]> {
  if (search.digests.length === 0) return [];
  const rows = await run<Pick<CountRow, 'type' | 'country' | 'devices'>>(
    place,
    sql`select type, country, count(*) as devices from (
      select distinct device_running.device, running.type, running.country from running, device_running
      where ${among(place, search, search.digests)}
        and device_running.tenant = running.tenant and device_running.running = running.id) found
      group by type, country`,
  );
  return rows.map(({ country, ...row }) => ({ ...row, country: readCountry(country) }));
}

/** One page of devices, in the order of what they run; the cursor names both. */
export async function runningDevices(
  place: SearchPlace,
  search: RunningSearch & PageRequest,
): Promise<Page<RunningDevice>> {
  const wanted = rowsFor(search) - 1;
  const [fromId, fromDevice] = cursorOf(search.after);
  const items: RunningDevice[] = [];
  let looked = 0;
  for (const { id, ...running } of await idsOf(place, search)) {
    if (id < fromId) continue;
    const rows = await run<Pick<RunningDevice, 'device'>>(
      place,
      sql`select device from device_running where tenant = ${place.tenant} and running = ${id}
        and device > ${id === fromId ? fromDevice : ''} order by device limit ${wanted - items.length}`,
    );
    for (const { device } of rows) items.push({ device, ...running });
    const next = `${id} ${rows.at(-1)?.device ?? '~'}`;
    if (items.length === wanted || ++looked === mostLooked) return { items, next };
  }
  return { items, next: null };
}

function readCountry(json: string): RunningCount['country'] {
  return json === '' ? null : JSON.parse(json);
}

function cursorOf(after: string | undefined): readonly [string, string] {
  const [id = '', device = ''] = (after ?? '').split(' ', 2);
  return [id, device];
}

type Found = Pick<RunningRow, 'id' | 'component' | 'digest' | 'counter'>;

async function idsOf(place: SearchPlace, search: RunningSearch): Promise<Found[]> {
  const found: Found[] = [];
  for (const digests of pieces(search.digests)) {
    found.push(
      ...(await run<Found>(
        place,
        sql`select id, component, digest, counter from running where ${among(place, search, digests)}`,
      )),
    );
  }
  return found.sort((a, b) => (a.id < b.id ? -1 : 1));
}

function among({ tenant }: SearchPlace, { fleet }: RunningSearch, digests: readonly Digest[]): RawBuilder<unknown> {
  return sql`running.tenant = ${tenant} and running.fleet = ${fleet} and running.digest in (${sql.join(digests)})`;
}

function pieces(digests: readonly Digest[]): Digest[][] {
  const all = [...new Set(digests)];
  return Array.from({ length: Math.ceil(all.length / piece) }, (_, i) => all.slice(i * piece, (i + 1) * piece));
}

function run<R>({ connection }: SearchPlace, statement: RawBuilder<unknown>): Promise<R[]> {
  const { sql: text, parameters } = statement.compile(connection.dialect.db);
  return connection.all<R>(text, parameters);
}
