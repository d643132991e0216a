import type { Digest, FleetId } from '@fettle/model';
import type { Scope } from '../access/scope.ts';
import type { Brain } from '../brain.ts';
import type { Page, PageRequest } from '../page.ts';
import type { AffectedRelease } from './find-affected.ts';
import type { RunningCount, RunningDevice } from './running.ts';

/** Devices that run something, each counted once. */
export interface DeviceTotals {
  readonly total: number;
  readonly byType: Readonly<Record<string, number>>;
  /** By the tag or attribute `country`; under an empty name those that say none. */
  readonly byCountry: Readonly<Record<string, number>>;
}

/** Which devices of a fleet run what is open now. */
export interface AffectedDevices extends DeviceTotals {
  /** By release id: open or closed by VEX, as the list of releases says. */
  readonly byRelease: ReadonlyMap<string, number>;
  /** Devices that run the bytes of an affected artifact, but not as part of any release that is listed. */
  readonly elsewhere: number;
  /** What runs where, of what is open. */
  readonly running: readonly RunningCount[];
}

/** Counts the devices that run artifacts of some releases of one fleet, by what they report. */
export async function countAffected(
  scope: Scope,
  brain: Brain,
  fleet: FleetId,
  releases: readonly AffectedRelease[],
): Promise<AffectedDevices> {
  const scans = brain.store.scans(scope);
  const counts = await scans.runningCounts({ fleet, digests: digestsOf(releases, false) });
  const open = new Set(digestsOf(releases, true));
  const places = new Map<string, string>();
  for (const { release, components } of releases) {
    const digests = new Set(components.map(({ artifact }) => artifact));
    for (const { digest, component } of release.artifacts) {
      if (digests.has(digest)) places.set(`${digest} ${component} ${release.counter}`, release.id);
    }
  }
  const byRelease = new Map<string, number>();
  let elsewhere = 0;
  for (const { digest, component, counter, devices } of counts) {
    const id = places.get(`${digest} ${component} ${counter}`);
    if (id === undefined) elsewhere += devices;
    else byRelease.set(id, (byRelease.get(id) ?? 0) + devices);
  }
  const running = counts.filter(({ digest }) => open.has(digest));
  return { ...(await totals(scope, brain, { fleet, running })), byRelease, elsewhere, running };
}

async function totals(
  scope: Scope,
  brain: Brain,
  { fleet, running }: { readonly fleet: FleetId; readonly running: readonly RunningCount[] },
): Promise<DeviceTotals> {
  // A device runs one artifact as a component: only where several are concerned can it be counted twice.
  const isSure = new Set(running.map(({ component }) => component)).size <= 1;
  const digests = [...new Set(running.map(({ digest }) => digest))];
  const counts = isSure ? running : await brain.store.scans(scope).runningOnce({ fleet, digests });
  const [byType, byCountry]: [Record<string, number>, Record<string, number>] = [{}, {}];
  let total = 0;
  for (const { type, country, devices } of counts) {
    total += devices;
    byType[type] = (byType[type] ?? 0) + devices;
    const name = country === null ? '' : String(country);
    byCountry[name] = (byCountry[name] ?? 0) + devices;
  }
  return { total, byType, byCountry };
}

/** One page of the devices that run what is open. */
export async function listAffected(
  scope: Scope,
  brain: Brain,
  fleet: FleetId,
  { releases, page }: { readonly releases: readonly AffectedRelease[]; readonly page: PageRequest },
): Promise<Page<RunningDevice>> {
  const digests = digestsOf(releases, true);
  return brain.store.scans(scope).runningDevices({ fleet, digests, ...page });
}

function digestsOf(releases: readonly AffectedRelease[], onlyOpen: boolean): Digest[] {
  const digests = new Set<Digest>();
  for (const { components } of releases) {
    for (const { artifact, isOpen } of components) if (isOpen || !onlyOpen) digests.add(artifact);
  }
  return [...digests];
}
