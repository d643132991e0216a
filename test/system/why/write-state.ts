import type { DecisionContext, RolloutContext, Writes } from '@fettle/control';
import { type Device, type Group, type GroupName, noCounts, type Phase, type Rollout } from '@fettle/model';
import { quietSurroundings, type Surroundings, servedFirst } from '../../../packages/control/src/rollouts/context.ts';
import type { State } from './state.ts';

/** Writes a state as the server would have come to it. */
export async function writeState(tx: Writes, state: State): Promise<void> {
  await tx.insertFleet(state.fleet);
  await tx.saveGroup(groupOf(state));
  for (const release of [state.release, ...state.otherReleases]) await tx.insertRelease(release);
  if (state.exists.rollout) await tx.insertRollout(rolloutNow(state));
  for (const rollout of state.otherRollouts) await tx.insertRollout({ ...rollout, group: 'everybody' as GroupName });
  if (state.otherRollouts.length > 0) {
    await tx.saveGroup({ ...groupOf(state), name: 'everybody' as GroupName, filter: { text: '' } });
  }
  await tx.insertDevice({ ...state.device });
  for (const hold of state.holds) await tx.insertHold(hold);
  for (const deployment of state.deployments) await tx.insertDeployment(deployment);
  if (!state.exists.rollout) return;
  for (const start of state.starts) await tx.addStart(state.rollout.id, start);
  await tx.addCounts(state.rollout.id, 0, { ...noCounts, ...state.counts });
}

function groupOf(state: State): Group {
  return { name: state.rollout.group, fleet: state.fleet.id, filter: { text: state.groupFilter.text } };
}

function rolloutNow(state: State): Rollout {
  return { ...state.rollout, phases: state.rollout.phases as readonly Phase[] };
}

/** The same state without a store, for the pure functions. */
export function contextOf(state: State): { device: Device; context: DecisionContext; surroundings: Surroundings } {
  const releases = new Map([state.release, ...state.otherReleases].map((release) => [release.id, release] as const));
  const everybody = { ...groupOf(state), filter: { text: '' } };
  const one = (rollout: Rollout, group: Group, isAsked: boolean): RolloutContext => {
    const release = releases.get(rollout.release);
    if (!release) throw new Error('a rollout without release');
    const counts = rollout.phases.map((_, i) => (isAsked && i === 0 ? { ...noCounts, ...state.counts } : noCounts));
    return { rollout, release, group, phaseGroups: new Map(), counts, starts: isAsked ? state.starts : [] };
  };
  const asked = state.exists.rollout ? [one(rolloutNow(state), groupOf(state), true)] : [];
  const others = state.otherRollouts.map((rollout) => one(rollout, everybody, false));
  const open = state.deployments.filter((deployment) => deployment.device !== state.device.id);
  return {
    device: { ...state.device },
    context: {
      fleet: state.fleet,
      rollouts: [...asked, ...others].sort(servedFirst),
      holds: state.holds,
      steppingStones: state.otherReleases.filter((release) => release.mustPassThrough),
    },
    surroundings: {
      ...quietSurroundings,
      openAtSite: open.filter((deployment) => deployment.site !== null).length,
      openOfPair: open.filter((deployment) => deployment.pair !== null).length,
    },
  };
}
