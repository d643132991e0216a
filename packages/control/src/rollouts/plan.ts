import { FettleError, type Phase, phaseProblems, problemText, type RolloutPlan } from '@fettle/model';

/**
 * Checks a plan and makes its phases, all waiting.
 * @throws FettleError `invalid-input` naming the place in the plan and what is wrong with it
 */
export function phasesOf(plan: Omit<RolloutPlan, 'policy'>): readonly Phase[] {
  const [problem] = phaseProblems(plan);
  if (problem) throw new FettleError('invalid-input', problemText(problem));
  return plan.phases.map((phase) => ({
    ...phase,
    status: 'waiting',
    bucketLimit: 0,
    members: 0,
    openedAt: null,
    forgivenFailures: 0,
    soakFrom: null,
    endedAt: null,
  }));
}
