import { type Page, type PageRequest, type Reads, runningOf, type Scans, type Start, selects } from '@fettle/control';
import {
  type Device,
  type DeviceId,
  type FleetId,
  limits,
  noCounts,
  type PhaseCounts,
  type RolloutId,
} from '@fettle/model';
import type { Tables } from './tables.ts';

/** What brains read while they decide, judge and move rollouts on; a store in memory knows nothing else. */
export type MemoryReads = Pick<
  Reads,
  | 'fleet'
  | 'fleets'
  | 'group'
  | 'groups'
  | 'artifact'
  | 'release'
  | 'releaseByVersion'
  | 'releaseByCounter'
  | 'rollout'
  | 'rollouts'
  | 'rolloutsReturning'
  | 'rolloutStarts'
  | 'rolloutCounts'
  | 'holds'
  | 'steppingStones'
  | 'segmentSearch'
  | 'device'
  | 'devices'
  | 'fleetNames'
  | 'deployment'
  | 'deploymentsOfRollout'
  | 'countersBefore'
  | 'countOpenAt'
  | 'overdueDeployments'
>;

export function memoryReads(tables: Tables): MemoryReads {
  return {
    ...fleetReads(tables),
    ...rolloutReads(tables),
    ...deploymentReads(tables),
    device: async (id) => tables.devices.get(id),
    devices: async ({ fleet, status, after = '', limit }) => {
      const all = sorted(tables.devices.keys()).filter((id) => id > after);
      const found: Device[] = [];
      for (const id of all) {
        const device = tables.devices.get(id);
        if (device?.fleet === fleet && (status === undefined || device.status === status)) found.push(device);
        if (found.length > limit) break;
      }
      return pageOf(found, limit, (device) => device.id);
    },
  };
}

function fleetReads(tables: Tables) {
  const releases = () => [...tables.releases.values()];
  return {
    fleet: async (id) => tables.fleets.get(id),
    fleets: async ({ after = '', limit }) => {
      const found = [...tables.fleets.values()].filter(({ id }) => id > after).sort((a, b) => (a.id < b.id ? -1 : 1));
      return pageOf(found, limit, (fleet) => fleet.id);
    },
    group: async (fleet, name) => tables.groups.get(`${fleet}/${name}`),
    groups: async (fleet) => [...tables.groups.values()].filter((group) => group.fleet === fleet),
    artifact: async (digest) => tables.artifacts.get(digest),
    release: async (id) => tables.releases.get(id),
    releaseByVersion: async (fleet, version) =>
      releases().find((one) => one.fleet === fleet && one.version === version),
    releaseByCounter: async (fleet, counter) =>
      releases().find((one) => one.fleet === fleet && one.counter === counter),
    steppingStones: async (fleet) =>
      releases()
        .filter((one) => one.fleet === fleet && one.mustPassThrough)
        .sort((a, b) => a.counter - b.counter),
    holds: async (fleet) => [...tables.holds.values()].filter((hold) => hold.fleet === fleet),
    // Names are only looked up to check an expression that somebody writes.
    fleetNames: async () => [],
  } satisfies Partial<MemoryReads>;
}

function rolloutReads(tables: Tables) {
  return {
    rollout: async (id) => tables.rollouts.get(id),
    rollouts: async (fleet, { after, limit }) => {
      const found = [...tables.rollouts.values()]
        .filter((rollout) => rollout.fleet === fleet && (after === undefined || rollout.id < after))
        .sort((a, b) => (a.id < b.id ? 1 : -1));
      return pageOf(found, limit, (rollout) => rollout.id);
    },
    rolloutsReturning: async (id) => [...tables.rollouts.values()].filter((rollout) => rollout.returns === id),
    rolloutStarts: async (id, from) => {
      const starts = tables.starts.get(id);
      const newest = tables.newestStart.get(id) ?? 0;
      const found: Start[] = [];
      for (let minute = from; minute <= newest; minute++) {
        const start = starts?.get(minute);
        if (start) found.push(start);
      }
      return found;
    },
    rolloutCounts: async (id, phases) => {
      const counts = tables.counts.get(id);
      const found: PhaseCounts[] = [];
      for (let phase = 0; phase < phases; phase++) found.push(counts?.get(phase) ?? noCounts);
      return found;
    },
    segmentSearch: async (id) => tables.searches.get(id),
  } satisfies Partial<MemoryReads>;
}

function deploymentReads(tables: Tables) {
  return {
    deployment: async (id) => tables.deployments.get(id),
    deploymentsOfRollout: async (rollout: RolloutId, { after, limit }: PageRequest) => {
      const ids = sorted(tables.deploymentsOf.get(rollout) ?? []).reverse();
      const found = ids
        .filter((id) => after === undefined || id < after)
        .slice(0, limit + 1)
        .flatMap((id) => tables.deployments.get(id) ?? []);
      return pageOf(found, limit, (deployment) => deployment.id);
    },
    countersBefore: async (rollout: RolloutId) => {
      const ids = tables.deploymentsOf.get(rollout) ?? [];
      const counters = new Set(ids.flatMap((id) => tables.deployments.get(id)?.counterBefore ?? []));
      return [...counters].sort((a, b) => b - a).slice(0, limits.pageSize);
    },
    countOpenAt: async (fleet: FleetId, place: { site: string } | { pair: string }, except: DeviceId) => {
      const key = 'site' in place ? `site ${place.site}` : `pair ${place.pair}`;
      let count = 0;
      for (const id of tables.openAt.get(key) ?? []) {
        const open = tables.deployments.get(id);
        if (open?.fleet === fleet && open.device !== except) count++;
      }
      return count;
    },
    overdueDeployments: async (now: number, limit: number) =>
      tables.overdue.due(now, limit).flatMap((id) => tables.deployments.get(id) ?? []),
  } satisfies Partial<MemoryReads>;
}

export function memoryScans(tables: Tables): Scans {
  const all = (of: { fleet: FleetId; status?: Device['status'] | undefined }) =>
    sorted(tables.devices.keys())
      .flatMap((id) => tables.devices.get(id) ?? [])
      .filter(({ fleet, status }) => fleet === of.fleet && (of.status === undefined || status === of.status));
  return {
    devices: async ({ after = '', limit, ...search }) => {
      const found = all(search).filter((device) => device.id > after && selects(search.expression, device, search.now));
      return pageOf(found, limit, (device) => device.id);
    },
    countDevices: async (search) =>
      all(search).filter((device) => selects(search.expression, device, search.now)).length,
    runningCounts: async ({ fleet, digests }) =>
      all({ fleet }).flatMap((device) =>
        runningOf(device)
          .filter(({ digest }) => digests.includes(digest))
          .map((running) => ({ ...running, devices: 1 })),
      ),
    runningOnce: async ({ fleet, digests }) =>
      all({ fleet }).flatMap((device) =>
        runningOf(device)
          .filter(({ digest }) => digests.includes(digest))
          .slice(0, 1)
          .map((running) => ({ ...running, devices: 1 })),
      ),
    // Nothing is checked here, so nothing that runs is known.
    runningUnknown: async (fleet) =>
      all({ fleet }).flatMap((device) => runningOf(device).map((running) => ({ ...running, devices: 1 }))),
    silentDevices: async (fleet) =>
      all({ fleet }).filter(
        ({ status, current }) =>
          (status === 'accepted' || status === 'quarantined') && Object.keys(current).length === 0,
      ).length,
    runningDevices: async ({ fleet, digests, after = '', limit }) => {
      const found = all({ fleet }).flatMap((device) =>
        runningOf(device)
          .filter(({ digest }) => digests.includes(digest))
          .map((running) => ({ ...running, device: device.id })),
      );
      const keyOf = ({ device, component }: { device: string; component: string }) => `${device} ${component}`;
      return pageOf(
        found.filter((one) => keyOf(one) > after),
        limit,
        keyOf,
      );
    },
    survey: async (survey, of, order) => {
      const tally = survey.begin(order);
      for (const device of all(of)) tally.add(device);
      return tally.result();
    },
  };
}

/** In the order of ids, which are ASCII. */
function sorted<T extends string>(ids: Iterable<T>): T[] {
  return [...ids].sort((a, b) => (a < b ? -1 : 1));
}

function pageOf<T>(found: readonly T[], limit: number, keyOf: (item: T) => string): Page<T> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next: found.length > limit && last ? keyOf(last) : null };
}
