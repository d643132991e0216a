import { type FleetId, limits, type Rollout } from '@fettle/model';
import type { Reads } from '../ports.ts';

/** The started rollouts of a fleet that have not passed their first phase: a change of trust now would meet devices half way. */
export async function inFirstPhase(reads: Pick<Reads, 'rollouts'>, fleet: FleetId): Promise<readonly Rollout[]> {
  const { items } = await reads.rollouts(fleet, { limit: limits.rolloutsPerDecision });
  return items.filter(({ status, phases }) => {
    return (status === 'running' || status === 'paused') && phases[0]?.status !== 'passed';
  });
}
