import type { Digest, FleetId, ReleaseId } from '@fettle/model';
import { demand, type Scope } from '../access/scope.ts';
import type { Brain } from '../brain.ts';
import type { Reads } from '../ports.ts';
import type { RunningCount, RunningScans } from './running.ts';
import type { UnknownRelease } from './vulnerability-store.ts';

/** Why nobody knows what a release consists of. */
export type UnknownCause = 'never-checked' | 'waiting' | 'revoked';

export interface ListedUnknown {
  readonly release: UnknownRelease;
  /** `waiting`: it will be looked at within seconds. `revoked`: it was, before anybody had looked. */
  readonly cause: UnknownCause;
  /** Devices that run it now. */
  readonly devices: number;
}

/** What an answer about a fleet cannot speak of. */
export interface UnknownFleet {
  readonly fleet: FleetId;
  /** All of them; `releases` has those with most devices first, then the newest, at most 100. */
  readonly releaseCount: number;
  readonly releases: readonly ListedUnknown[];
  /** Devices that run bytes of such releases; each once. */
  readonly onUnknownReleases: number;
  /** Devices that run bytes of no release of the fleet; each once. */
  readonly onNoRelease: number;
  /** What those run, most devices first, at most 20. */
  readonly strangers: readonly Pick<RunningCount, 'component' | 'digest' | 'counter' | 'devices'>[];
  /** Devices that have never said what they run. */
  readonly silent: number;
}

const mostReleases = 100;
const mostStrangers = 20;
const pageRows = 500;

/**
 * Releases of a fleet of which nobody knows what they consist of, and devices that run those or something that is no
 * release: no question about a vulnerability or a component is answered for them, whatever the data.
 * @returns undefined when there is nothing of the kind
 */
export async function findUnknown(scope: Scope, brain: Brain, fleet: FleetId): Promise<UnknownFleet | undefined> {
  demand(scope, 'fleet.read');
  const reads = brain.store.reads(scope);
  const scans = brain.store.scans(scope);
  const running = await scans.runningUnknown(fleet);
  const releases = await unknownReleases(brain, reads, fleet);
  const silent = await scans.silentDevices(fleet);
  const used = await digestsInUse(reads, fleet, running);
  const [known, strange] = [
    running.filter(({ digest }) => used.has(digest)),
    running.filter((one) => !used.has(one.digest)),
  ];
  const found: UnknownFleet = {
    fleet,
    releaseCount: releases.length,
    releases: listed(releases, known),
    onUnknownReleases: await countOnce(scans, fleet, known),
    onNoRelease: await countOnce(scans, fleet, strange),
    strangers: strangersIn(strange),
    silent,
  };
  const isEmpty = releases.length + running.length + silent === 0;
  return isEmpty ? undefined : found;
}

async function unknownReleases(brain: Brain, reads: Reads, fleet: FleetId): Promise<UnknownRelease[]> {
  const all: UnknownRelease[] = [];
  for (let after: string | undefined; ; ) {
    const { items, next } = await reads.unknownReleases(fleet, { limit: pageRows, after });
    all.push(...items);
    if (next === null) return all;
    after = next;
    await brain.clock.turn();
  }
}

/** Those that some release of the fleet has. */
async function digestsInUse(
  reads: Reads,
  fleet: FleetId,
  running: readonly RunningCount[],
): Promise<ReadonlySet<Digest>> {
  const used = new Set<Digest>();
  for (const digest of new Set(running.map((one) => one.digest))) {
    if (await reads.fleetHasArtifact(fleet, digest)) used.add(digest);
  }
  return used;
}

function listed(releases: readonly UnknownRelease[], running: readonly RunningCount[]): readonly ListedUnknown[] {
  const byPlace = new Map<string, ReleaseId>();
  for (const { id, counter, digests } of releases)
    for (const digest of digests) byPlace.set(`${digest} ${counter}`, id);
  // A device that runs several artifacts of one release is one device of it.
  const byComponent = new Map<string, number>();
  for (const { digest, counter, component, devices } of running) {
    const id = byPlace.get(`${digest} ${counter}`);
    const key = `${id} ${component}`;
    if (id !== undefined) byComponent.set(key, (byComponent.get(key) ?? 0) + devices);
  }
  const devicesOf = new Map<string, number>();
  for (const [key, devices] of byComponent) {
    const [id = ''] = key.split(' ', 1);
    devicesOf.set(id, Math.max(devicesOf.get(id) ?? 0, devices));
  }
  return releases
    .map((release) => ({ release, cause: causeOf(release), devices: devicesOf.get(release.id) ?? 0 }))
    .sort((a, b) => b.devices - a.devices || b.release.counter - a.release.counter)
    .slice(0, mostReleases);
}

function causeOf({ wasLookedAt, status }: UnknownRelease): UnknownCause {
  if (wasLookedAt) return 'never-checked';
  return status === 'published' ? 'waiting' : 'revoked';
}

async function countOnce(scans: RunningScans, fleet: FleetId, running: readonly RunningCount[]): Promise<number> {
  // A device runs one artifact as a component: only where several are concerned can it be counted twice.
  const isSure = new Set(running.map(({ component }) => component)).size <= 1;
  const digests = [...new Set(running.map(({ digest }) => digest))];
  const counts = isSure ? running : await scans.runningOnce({ fleet, digests });
  return counts.reduce((sum, { devices }) => sum + devices, 0);
}

function strangersIn(running: readonly RunningCount[]): UnknownFleet['strangers'] {
  const found = new Map<string, UnknownFleet['strangers'][number]>();
  for (const { component, digest, counter, devices } of running) {
    const key = `${component} ${digest} ${counter}`;
    found.set(key, { component, digest, counter, devices: (found.get(key)?.devices ?? 0) + devices });
  }
  return [...found.values()].sort((a, b) => b.devices - a.devices).slice(0, mostStrangers);
}
