import type { Device, Fleet, Group, Hold, Instant, PhaseCounts, Release, Rollout } from '@fettle/model';
import type { Start } from './timing/pace.ts';

/** One rollout with everything a decision needs to know of it. */
export interface RolloutContext {
  readonly rollout: Rollout;
  readonly release: Release;
  /** Absent when the group was deleted: then nobody is in it. */
  readonly group: Group | undefined;
  /** The group of each phase that takes one, by the index of the phase. */
  readonly phaseGroups: ReadonlyMap<number, Group>;
  /** One entry a phase, in order. */
  readonly counts: readonly PhaseCounts[];
  /** What it started lately, minute by minute: what its rate and its hourly budget are held against. */
  readonly starts: readonly Start[];
}

/** A release that devices have to run before any newer one. */
export type SteppingStone = Pick<Release, 'id' | 'version' | 'counter' | 'artifacts' | 'status'>;

/** What is the same for every device of a fleet at one moment. */
export interface DecisionContext {
  readonly fleet: Fleet;
  /** In the order in which they are served: highest priority first, among equals the newest. */
  readonly rollouts: readonly RolloutContext[];
  readonly holds: readonly Hold[];
  /** Releases of the fleet that must be passed through, lowest counter first. */
  readonly steppingStones: readonly SteppingStone[];
}

/** What goes on around a device; read only when nothing else holds it back. */
export interface Surroundings {
  /** Open deployments at its site, its own left out. */
  readonly openAtSite: number;
  /** Open deployments of devices paired with it, its own left out. */
  readonly openOfPair: number;
}
export const quietSurroundings: Surroundings = { openAtSite: 0, openOfPair: 0 };

/** One device and one rollout at one moment: what a predicate looks at. */
export interface Case {
  readonly device: Device;
  readonly context: RolloutContext;
  readonly fleet: DecisionContext;
  readonly surroundings: Surroundings;
  readonly now: Instant;
}

/** The order in which rollouts are served. */
export function servedFirst(a: RolloutContext, b: RolloutContext): number {
  return b.rollout.policy.priority - a.rollout.policy.priority || (a.rollout.id < b.rollout.id ? 1 : -1);
}
