import {
  artifactsFor,
  type DeviceType,
  type Fleet,
  type GroupName,
  isClearedFor,
  missingApprovals,
  type PresetName,
  presetPlan,
  type Release,
  type ReleaseId,
  type RolloutPlan,
} from '@fettle/model';
import type { Scope } from '../access/scope.ts';
import type { Brain } from '../brain.ts';
import type { Reads } from '../ports.ts';
import { type Counters, shortestPath } from '../releases/path.ts';
import type { AffectedDevices } from './affected-devices.ts';
import type { AffectedRelease } from './find-affected.ts';
import type { VulnerabilityKnowledge } from './vulnerability-lookup.ts';

/** A rollout that only has to be started. */
export interface RolloutDraft {
  readonly version: string;
  readonly group: GroupName;
  readonly preset: PresetName;
  readonly plan: RolloutPlan;
}

/** The release that devices should go to. */
export interface Fix {
  readonly release: Release;
  /** From where no device can come to it, and why. */
  readonly unreachable: readonly { readonly type: DeviceType; readonly counter: number; readonly why: string }[];
  readonly draft: RolloutDraft;
}

export type FixSearch = { readonly ok: true; readonly fix: Fix } | { readonly ok: false; readonly why: string };

/** Newest releases of a fleet that are looked at. */
const mostReleases = 500;
/** Of those that would do, so many are tried for a path. */
const mostTried = 10;
/** Kinds of devices whose path is looked for; those with most devices. */
const mostPaths = 200;
const severe = 9;

/**
 * The newest published release that is known not to be affected, is cleared and signed for the strictest stage, and that
 * devices can come to from what they run; where no release is within reach of all, the newest within reach of some.
 */
export async function findFix(
  scope: Scope,
  brain: Brain,
  fleet: Fleet,
  found: {
    readonly releases: readonly AffectedRelease[];
    readonly devices: AffectedDevices;
    readonly knowledge: VulnerabilityKnowledge | null;
  },
): Promise<FixSearch> {
  const reads = brain.store.reads(scope);
  const all = await newestReleases(reads, fleet);
  const candidates = await candidatesOf(reads, fleet, { all, releases: found.releases });
  if (candidates.length === 0) {
    return { ok: false, why: 'No published release is known to be unaffected and cleared for the strictest stage.' };
  }
  const starts = startsOf(found);
  let best: { readonly release: Release; readonly unreachable: Fix['unreachable'] } | undefined;
  for (const release of candidates.slice(0, mostTried)) {
    const unreachable = await blockedFrom(brain, fleet, { release, starts, all });
    if (unreachable.length < (best?.unreachable.length ?? starts.length)) best = { release, unreachable };
    if (best?.unreachable.length === 0 || starts.length === 0) break;
  }
  const [newest] = candidates;
  // Nobody runs an affected one: the fix is what comes after them, as devices do not go back.
  const last = Math.max(...found.releases.filter(({ isOpen }) => isOpen).map(({ release }) => release.counter));
  const later = candidates.find(({ counter }) => counter > last);
  if (!best && starts.length === 0 && later) best = { release: later, unreachable: [] };
  if (!best && starts.length === 0) return { ok: false, why: 'No release after the affected ones is unaffected.' };
  if (!best) return { ok: false, why: `No device can come to ${newest?.version} or another unaffected release.` };
  return { ok: true, fix: { ...best, draft: draftOf(best.release, found) } };
}

async function newestReleases(reads: Reads, { id }: Fleet): Promise<Release[]> {
  const all: Release[] = [];
  for (let after: string | undefined; all.length < mostReleases; ) {
    const { items, next } = await reads.releases(id, { limit: 100, after });
    all.push(...items);
    if (next === null) break;
    after = next;
  }
  return all;
}

/**
 * A release that nobody knows the components of cannot be called unaffected: neither one that was never looked into nor
 * one in which nothing was found.
 */
async function candidatesOf(
  reads: Reads,
  fleet: Fleet,
  { all, releases }: { readonly all: readonly Release[]; readonly releases: readonly AffectedRelease[] },
): Promise<Release[]> {
  const affected = new Set<ReleaseId>(releases.filter(({ isOpen }) => isOpen).map(({ release }) => release.id));
  const found: Release[] = [];
  for (const release of all) {
    if (release.status !== 'published' || affected.has(release.id) || !isFree(release, fleet)) continue;
    if (((await reads.releaseWatch(release.id))?.components ?? 0) > 0) found.push(release);
    if (found.length === mostTried) break;
  }
  return found;
}

/** Cleared and approved for the strictest stage, so that every device may be offered it. */
function isFree(release: Release, { releasePolicy }: Fleet): boolean {
  const strictest = releasePolicy?.stages.at(-1);
  if (!strictest) return true;
  const lacking = missingApprovals(strictest, release, null);
  return isClearedFor(release.clearance, strictest.stage) && lacking.length === 0;
}

interface Start {
  readonly type: DeviceType;
  readonly counter: number;
  readonly from: Counters;
}

/** From where devices have to come: what they run, with the other components of the release that brought it. */
function startsOf({
  releases,
  devices,
}: {
  readonly releases: readonly AffectedRelease[];
  readonly devices: AffectedDevices;
}): Start[] {
  const known = new Map(releases.map(({ release }) => [release.counter, release]));
  const starts = new Map<string, Start & { devices: number }>();
  for (const { type, counter, component, devices: count } of devices.running) {
    const key = `${type} ${counter}`;
    const release = known.get(counter);
    const parts = release ? artifactsFor(release, type).map((one) => one.component) : [];
    const from = Object.fromEntries([...parts, component].map((part) => [part, counter])) as Counters;
    const other = starts.get(key);
    starts.set(key, { type, counter, from: { ...other?.from, ...from }, devices: (other?.devices ?? 0) + count });
  }
  return [...starts.values()].sort((a, b) => b.devices - a.devices).slice(0, mostPaths);
}

async function blockedFrom(
  brain: Brain,
  fleet: Fleet,
  { release, starts, all }: { readonly release: Release; readonly starts: readonly Start[]; readonly all: Release[] },
): Promise<Fix['unreachable']> {
  const blocked: Fix['unreachable'][number][] = [];
  for (const [index, { type, counter, from }] of starts.entries()) {
    const path = shortestPath(from, release, all, { floor: fleet.securityFloor, deviceType: type });
    if (!path.ok) blocked.push({ type, counter, why: path.why });
    if (index % 20 === 19) await brain.clock.turn();
  }
  return blocked;
}

/** Fast where it is exploited or as bad as can be, careful otherwise; to everybody: those up to date are left alone. */
function draftOf(
  { version }: Release,
  { devices, knowledge }: { readonly devices: AffectedDevices; readonly knowledge: VulnerabilityKnowledge | null },
): RolloutDraft {
  const isUrgent = knowledge !== null && (knowledge.exploited !== null || (knowledge.rating.cvss ?? 0) >= severe);
  const preset: PresetName = isUrgent ? 'emergency' : 'safe';
  return { version, group: 'all' as GroupName, preset, plan: presetPlan(preset, Math.max(1, devices.total)) };
}
