import {
  FettleError,
  type FleetId,
  type GroupName,
  limits,
  type Release,
  type ReleaseId,
  type TenantId,
} from '@fettle/model';
import { serverScope } from '../access/scope.ts';
import type { Reads, Store } from '../ports.ts';
import type { DecisionContext, RolloutContext } from './decide.ts';

/**
 * What decisions of a fleet need, kept in memory between changes, so that a check-in with nothing new
 * reads one row. Everything that changes a fleet, its rollouts or their counts calls `invalidate` after commit.
 */
export interface ContextCache {
  get(tenant: TenantId, fleet: FleetId): Promise<DecisionContext>;
  /** The cached context, or undefined when it has to be loaded. */
  peek(tenant: TenantId, fleet: FleetId): DecisionContext | undefined;
  invalidate(tenant: TenantId, fleet: FleetId): void;
}

export function createContextCache(store: Store): ContextCache {
  const cached = new Map<string, DecisionContext>();
  const generations = new Map<string, number>();
  const keyOf = (tenant: TenantId, fleet: FleetId) => `${tenant}/${fleet}`;
  return {
    async get(tenant, fleet) {
      const key = keyOf(tenant, fleet);
      const found = cached.get(key);
      if (found) return found;
      const generation = generations.get(key) ?? 0;
      const loaded = await loadContext(store.reads(serverScope(tenant)), fleet);
      // Somebody changed the fleet while it was being read: good for this caller, too old to keep.
      if ((generations.get(key) ?? 0) === generation) cached.set(key, loaded);
      return loaded;
    },
    peek: (tenant, fleet) => cached.get(keyOf(tenant, fleet)),
    invalidate(tenant, fleet) {
      const key = keyOf(tenant, fleet);
      generations.set(key, (generations.get(key) ?? 0) + 1);
      cached.delete(key);
    },
  };
}

/** Reads what decisions need: the newest rollouts of the fleet with release, group and counts. */
export async function loadContext(reads: Reads, id: FleetId): Promise<DecisionContext> {
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
    const counts = await reads.rolloutCounts(rollout.id, rollout.phases.length);
    rollouts.push({ rollout, release, group: groups.get(rollout.group as GroupName), counts });
  }
  return { fleet, rollouts };
}

/** Reads one rollout anew inside a transaction: what an admission must be decided on. */
export async function refreshRollout(reads: Reads, context: RolloutContext): Promise<RolloutContext | undefined> {
  const rollout = await reads.rollout(context.rollout.id);
  const release = await reads.release(context.release.id);
  if (!rollout || !release) return undefined;
  return { ...context, rollout, release, counts: await reads.rolloutCounts(rollout.id, rollout.phases.length) };
}
