import type { Instant } from '@fettle/model';
import type { Scans } from '../ports.ts';
import type { Measurement } from './advance.ts';
import type { DecisionContext, RolloutContext } from './context.ts';
import { phaseSurvey } from './phase-survey.ts';

/**
 * Counts the devices that a phase reaches, in the background and away from devices that call: a rollout starts without
 * this, only its phases open after it.
 */
export function measurePhase(
  scans: Scans,
  fleet: DecisionContext,
  context: RolloutContext,
  { index, now }: { readonly index: number; readonly now: Instant },
): Promise<Measurement> {
  // The other rollouts of the fleet have no say in who is a member.
  const order = { fleet: { ...fleet, rollouts: [] }, context, index, now };
  return scans.survey(phaseSurvey, { fleet: context.rollout.fleet, status: 'accepted' }, order);
}
