import { currentCounter, type Device, type DeviceId, FettleError, limits, type Release, said } from '@fettle/model';
import { demand, type Scope } from '../access/scope.ts';
import type { Brain } from '../brain.ts';
import type { Reads } from '../ports.ts';
import { type Counters, type ReleasePath, shortestPath } from './path.ts';

/** Releases of a fleet that are looked at, newest first. */
const mostReleases = 2_000;

/** Which releases a device has to install, in which order, to come to one by the fewest installs; or what blocks it. */
export async function pathOfDevice(scope: Scope, brain: Brain, id: DeviceId, version: string): Promise<ReleasePath> {
  demand(scope, 'fleet.read');
  const reads = brain.store.reads(scope);
  const device = await reads.device(id);
  if (!device) throw new FettleError('not-found', `There is no device ${id}.`);
  const fleet = await reads.fleet(device.fleet);
  const to = await reads.releaseByVersion(device.fleet, version);
  if (!fleet || !to) throw new FettleError('not-found', `Fleet ${device.fleet} has no release ${version}.`);
  const from = Object.fromEntries(
    Object.entries(device.current).map(([component, { counter }]) => [component, counter]),
  ) as Counters;
  const releases = await releasesBetween(reads, device, to);
  const revision = said(device, 'hardware-revision');
  return shortestPath(from, to, releases, {
    floor: fleet.securityFloor,
    deviceType: device.type,
    revision: revision === undefined ? undefined : String(revision),
  });
}

/** Releases from what runs up to the wanted one. */
async function releasesBetween(reads: Reads, device: Device, to: Release): Promise<readonly Release[]> {
  const least = currentCounter(device.current);
  const found: Release[] = [];
  let after: string | undefined;
  let looked = 0;
  do {
    const page = await reads.releases(device.fleet, { after, limit: limits.pageSize });
    found.push(...page.items.filter(({ counter }) => counter >= least && counter < to.counter));
    looked += page.items.length;
    after = (page.items.at(-1)?.counter ?? 0) > least ? (page.next ?? undefined) : undefined;
  } while (after !== undefined && looked < mostReleases);
  return found;
}
