import {
  type Device,
  FettleError,
  type FleetId,
  type Group,
  type GroupName,
  type Instant,
  limits,
  placeOf,
  type Release,
  type ReleaseId,
  type Rollout,
} from '@fettle/model';
import type { Reads } from '../ports.ts';
import { type DecisionContext, type RolloutContext, type Surroundings, servedFirst } from './context.ts';
import { minutesNeeded, type Start } from './timing/pace.ts';

const minuteMs = 60_000;

/** Reads what decisions need: the newest rollouts of the fleet with release, groups, counts, and what holds beside them. */
export async function loadContext(reads: Reads, id: FleetId, now: Instant): Promise<DecisionContext> {
  const fleet = await reads.fleet(id);
  if (!fleet) throw new FettleError('not-found', `There is no fleet ${id}.`);
  const { items } = await reads.rollouts(id, { limit: limits.rolloutsPerDecision });
  const releases = new Map<ReleaseId, Release>();
  const groups = new Map((await reads.groups(id)).map((group) => [group.name, group] as const));
  const rollouts: RolloutContext[] = [];
  for (const rollout of items) {
    const release = releases.get(rollout.release) ?? (await reads.release(rollout.release));
    if (!release) throw new FettleError('internal', `Rollout ${rollout.id} names a release that does not exist.`);
    releases.set(release.id, release);
    rollouts.push({ rollout, release, ...groupsOf(rollout, groups), ...(await loadCounts(reads, rollout, now)) });
  }
  return {
    fleet,
    rollouts: rollouts.sort(servedFirst),
    holds: await reads.holds(id),
    steppingStones: await reads.steppingStones(id),
  };
}

function groupsOf(
  rollout: Rollout,
  groups: ReadonlyMap<GroupName, Group>,
): Pick<RolloutContext, 'group' | 'phaseGroups'> {
  const phaseGroups = new Map<number, Group>();
  for (const [index, { size }] of rollout.phases.entries()) {
    const group = 'group' in size ? groups.get(size.group) : undefined;
    if (group) phaseGroups.set(index, group);
  }
  return { group: groups.get(rollout.group), phaseGroups };
}

/** Reads what changes with every device that starts or ends. */
export async function loadCounts(
  reads: Reads,
  rollout: Rollout,
  now: Instant,
): Promise<Pick<RolloutContext, 'counts' | 'starts'>> {
  const counts = await reads.rolloutCounts(rollout.id, rollout.phases.length);
  return { counts, starts: await loadStarts(reads, rollout, now) };
}

async function loadStarts(reads: Reads, rollout: Rollout, now: Instant): Promise<readonly Start[]> {
  const { rate, budgets } = rollout.policy;
  if (rate === null && budgets.bytesPerHour === null) return [];
  const minutes = Math.max(60, rate === null ? 0 : minutesNeeded(rate));
  return reads.rolloutStarts(rollout.id, Math.floor(now / minuteMs) - minutes);
}

/** Reads one rollout anew inside a transaction: what an admission must be decided on. */
export async function refreshRollout(
  reads: Reads,
  context: RolloutContext,
  now: Instant,
): Promise<RolloutContext | undefined> {
  const rollout = await reads.rollout(context.rollout.id);
  const release = await reads.release(context.release.id);
  if (!rollout || !release) return undefined;
  return { ...context, rollout, release, ...(await loadCounts(reads, rollout, now)) };
}

/** Reads what goes on at the device's site and with its pair. */
export async function loadSurroundings(reads: Reads, device: Device): Promise<Surroundings> {
  const site = placeOf(device, 'site');
  const pair = placeOf(device, 'pair');
  return {
    openAtSite: site === undefined ? 0 : await reads.countOpenAt(device.fleet, { site }, device.id),
    openOfPair: pair === undefined ? 0 : await reads.countOpenAt(device.fleet, { pair }, device.id),
  };
}
