import { artifactsFor, type ComponentName, type DeviceType, type ReasonCode, type Release } from '@fettle/model';

/** Release counters that a device runs, component by component. */
export type Counters = Readonly<Record<ComponentName, number>>;

export interface PathOptions {
  /** The security floor of the fleet: nothing below it is installed. */
  readonly floor: number;
  readonly deviceType: DeviceType;
  /** The hardware revision that the device says. */
  readonly revision?: string | undefined;
}

/** The way to a release: what to install, in this order; or what blocks it, by the reason that `decide` would give. */
export type ReleasePath =
  | { readonly ok: true; readonly steps: readonly Release[] }
  | { readonly ok: false; readonly code: ReasonCode; readonly why: string };

/**
 * Finds the fewest installs that bring a device to a release: none jumps over a release that must be passed through,
 * each finds beneath it what it requires, none is revoked or below the floor, and each is newer than the one before.
 * Among equally short ways it takes the one through the newest releases. Going back is one install or none.
 * A step is what `decide` would let the device have, as far as releases and what runs decide it. Releases that do not fit
 * the device's type or hardware or lack one of its components are no steps.
 * Cost: at worst the square of the number of releases between.
 * @param from what the device runs; empty when it has said nothing: then nothing is known to lie between
 * @param releases of the fleet, in any order; `to` need not be among them
 * @source design §3
 */
export function shortestPath(
  from: Counters,
  to: Release,
  releases: readonly Release[],
  options: PathOptions,
): ReleasePath {
  const blocked = obstacle(to, from, options);
  if (blocked) return { ok: false, ...blocked };
  const current = highest(from);
  if (artifactsFor(to, options.deviceType).every(({ component }) => from[component] === to.counter)) {
    return { ok: true, steps: [] };
  }
  if (to.counter < current) return goBack(from, to);
  const between = releases.filter(({ counter }) => counter >= current && counter < to.counter);
  const ascending = [...between, to].sort((a, b) => a.counter - b.counter);
  const stones = current === 0 ? [] : ascending.filter((release) => isStone(release, current, options.deviceType));
  const reached = reachAll(from, ascending, stones, options);
  const last = reached.get(to);
  if (!last) return { ok: false, ...explain({ from, to, stones, options }, reached) };
  return { ok: true, steps: stepsTo(last) };
}

interface Obstacle {
  readonly code: ReasonCode;
  readonly why: string;
}

/** What keeps a device from a release whatever it installs before. */
function obstacle(release: Release, from: Counters, options: PathOptions): Obstacle | undefined {
  const { floor, deviceType, revision } = options;
  const { version, counter } = release;
  if (release.status === 'revoked') return { code: 'release-revoked', why: `Release ${version} was revoked.` };
  if (counter < floor) {
    return {
      code: 'below-floor',
      why: `Release ${version} (counter ${counter}) is below the security floor ${floor}.`,
    };
  }
  const artifacts = artifactsFor(release, deviceType);
  if (artifacts.length === 0) {
    return { code: 'no-release-for-type', why: `Release ${version} has no artifact for ${deviceType}.` };
  }
  if (artifacts.some(({ hardware }) => hardware.length > 0 && !hardware.includes(String(revision)))) {
    const found = revision === undefined ? 'a device that does not say its hardware revision' : `revision ${revision}`;
    return { code: 'hardware-mismatch', why: `Release ${version} is not made for ${found}.` };
  }
  const lacking = Object.keys(from).find((component) => !artifacts.some((one) => one.component === component));
  if (lacking === undefined) return undefined;
  return { code: 'no-artifact-for-component', why: `Release ${version} has no artifact for component ${lacking}.` };
}

function goBack(from: Counters, to: Release): ReleasePath {
  const { version, counter } = to;
  if (!to.allowDowngrade) {
    const why = `The device runs release counter ${highest(from)}, and release ${version} (counter ${counter}) forbids going back to it.`;
    return { ok: false, code: 'downgrade-forbidden', why };
  }
  const unmet = unmetBy(to, from);
  return unmet ? { ok: false, ...unmet } : { ok: true, steps: [to] };
}

/** Whether a device that runs `current` has to run this release before any newer one. */
function isStone(release: Release, current: number, type: DeviceType): boolean {
  const { mustPassThrough, status, counter } = release;
  return mustPassThrough && status === 'published' && counter > current && artifactsFor(release, type).length > 0;
}

/** A release that the device can come to, with what it runs then. */
interface Reached {
  readonly release: Release;
  readonly runs: Counters;
  readonly installs: number;
  readonly before: Reached | undefined;
}

/** Comes to every release that it can, oldest first, each by the fewest installs. */
function reachAll(
  from: Counters,
  ascending: readonly Release[],
  stones: readonly Release[],
  options: PathOptions,
): ReadonlyMap<Release, Reached> {
  const reached = new Map<Release, Reached>();
  const newestFirst: Reached[] = [];
  for (const release of ascending) {
    if (obstacle(release, from, options)) continue;
    // The last stone below is as far back as a step may begin.
    const wall = stones.findLast((stone) => stone.counter < release.counter)?.counter ?? 0;
    let before: Reached | undefined;
    let isReached = highest(from) >= wall && isOpen(release, from, options.deviceType);
    for (const one of isReached ? [] : newestFirst) {
      if (one.release.counter < wall) break;
      if (before && one.installs >= before.installs) continue;
      if (isOpen(release, one.runs, options.deviceType)) before = one;
    }
    isReached ||= before !== undefined;
    if (!isReached) continue;
    const runs = Object.fromEntries(
      artifactsFor(release, options.deviceType).map(({ component }) => [component, release.counter]),
    ) as Counters;
    const one = { release, runs, installs: (before?.installs ?? 0) + 1, before };
    reached.set(release, one);
    newestFirst.unshift(one);
  }
  return reached;
}

/** Whether a device that runs these can take the release, as far as it depends on what it runs. */
function isOpen(release: Release, runs: Counters, type: DeviceType): boolean {
  if (unmetBy(release, runs)) return false;
  const artifacts = artifactsFor(release, type);
  return Object.keys(runs).every((component) => artifacts.some((one) => one.component === component));
}

function unmetBy(release: Release, runs: Counters): Obstacle | undefined {
  const unmet = release.requires.find(({ component, counter }) => (runs[component] ?? 0) < counter);
  if (!unmet) return undefined;
  const { component, counter } = unmet;
  const found = `runs ${runs[component] ?? 0} there`;
  const why = `Release ${release.version} requires ${component} at release counter ${counter} or above; the device ${found}.`;
  return { code: 'unmet-depends', why };
}

function stepsTo(last: Reached): readonly Release[] {
  const steps: Release[] = [];
  for (let one: Reached | undefined = last; one; one = one.before) steps.unshift(one.release);
  return steps;
}

interface Search {
  readonly from: Counters;
  readonly to: Release;
  readonly stones: readonly Release[];
  readonly options: PathOptions;
}

/** Names the first thing on the way that no install gets the device past. */
function explain({ from, to, stones, options }: Search, reached: ReadonlyMap<Release, Reached>): Obstacle {
  const stone = stones.find((one) => one.counter < to.counter && !reached.has(one));
  const passed = stones.findLast((one) => reached.has(one));
  const runs = (passed && reached.get(passed)?.runs) ?? from;
  if (!stone) return unmetBy(to, runs) ?? lacksComponent(to);
  const { why } = obstacle(stone, from, options) ?? unmetBy(stone, runs) ?? lacksComponent(stone);
  const remedy = `If newer releases no longer need it, revoke it.`;
  return {
    code: 'must-pass-through',
    why: `Release ${stone.version} must be passed through first, but: ${why} ${remedy}`,
  };
}

function lacksComponent(release: Release): Obstacle {
  const why = `Release ${release.version} lacks a component that every release on the way to it brings.`;
  return { code: 'no-artifact-for-component', why };
}

function highest(counters: Counters): number {
  return Math.max(0, ...Object.values(counters));
}
