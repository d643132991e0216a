import { FettleError, limits, type Phase, type PhasePlan, type RolloutPlan } from '@fettle/model';

/**
 * Checks a plan and makes its phases, all waiting.
 * @throws FettleError `invalid-input` naming the phase and what is wrong with it
 */
export function phasesOf(plan: RolloutPlan): readonly Phase[] {
  if (plan.phases.length === 0 || plan.phases.length > limits.phasesPerRollout) {
    fail(`A plan has 1 to ${limits.phasesPerRollout} phases.`);
  }
  if (!(plan.maxAttempts >= 1 && plan.maxAttempts <= 100)) fail('maxAttempts must be from 1 to 100.');
  if (!(plan.retryBackoffMs >= 0)) fail('retryBackoffMs must be 0 or more.');
  plan.phases.forEach((phase, index) => {
    checkPhase(phase, plan.phases[index - 1]);
  });
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

function checkPhase(phase: PhasePlan, before: PhasePlan | undefined): void {
  const name = `Phase "${phase.name}"`;
  const { size, failureThreshold: threshold } = phase;
  if ('share' in size && !(size.share > 0 && size.share <= 1)) fail(`${name}: share must be above 0 and at most 1.`);
  if ('count' in size && !isCount(size.count, 1)) fail(`${name}: count must be a whole number of 1 or more.`);
  if (before && 'share' in size && 'share' in before.size && size.share <= before.size.share) {
    fail(`${name}: phases are cumulative, so its share must be above that of "${before.name}".`);
  }
  if (before && 'count' in size && 'count' in before.size && size.count <= before.size.count) {
    fail(`${name}: phases are cumulative, so its count must be above that of "${before.name}".`);
  }
  if (!isCount(phase.maxInFlight, 1)) fail(`${name}: maxInFlight must be a whole number of 1 or more.`);
  if ('share' in threshold && !(threshold.share >= 0 && threshold.share < 1)) {
    fail(`${name}: the failure threshold must be a share from 0 to below 1.`);
  }
  if ('count' in threshold && !isCount(threshold.count, 0)) fail(`${name}: the failure threshold must be 0 or more.`);
  if (!(phase.successShare > 0 && phase.successShare <= 1))
    fail(`${name}: successShare must be above 0 and at most 1.`);
  if (!(phase.minSoakMs >= 0)) fail(`${name}: minSoakMs must be 0 or more.`);
}

function isCount(value: number, least: number): boolean {
  return Number.isSafeInteger(value) && value >= least;
}

function fail(message: string): never {
  throw new FettleError('invalid-input', message);
}
