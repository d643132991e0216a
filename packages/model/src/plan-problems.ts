import { parseCron } from './cron.ts';
import { limits } from './limits.ts';
import type { MaintenanceWindow, RolloutPolicy } from './policy.ts';
import type { PhasePlan, RolloutPlan } from './rollout.ts';
import { isZone } from './zone.ts';

/** What is wrong with one place of a plan. */
export interface PlanProblem {
  /** Where: names of fields and places in lists, e.g. `['phases', 1, 'size']`. */
  readonly path: readonly (string | number)[];
  /** What was expected there and what was found. */
  readonly message: string;
}

const minute = 60_000;
const longestWindowMs = 7 * 24 * 60 * minute;

/** Everything that is wrong with a plan, in the order of its fields; none when it can be started. */
export function planProblems(plan: RolloutPlan): readonly PlanProblem[] {
  return [...wrongPlan(plan), ...policyProblems(plan.policy)];
}

/** What is wrong with a plan beside its policy. */
export function phaseProblems(plan: Omit<RolloutPlan, 'policy'>): readonly PlanProblem[] {
  return [...wrongPlan(plan)];
}

/** A problem in one line: `phases[1].size: Expected …`. */
export function problemText({ path, message }: PlanProblem): string {
  const place = path.map((part, index) =>
    typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${part}`,
  );
  return `${place.join('')}: ${message}`;
}

function* wrongPlan({ phases, maxAttempts, retryBackoffMs }: Omit<RolloutPlan, 'policy'>): Generator<PlanProblem> {
  if (phases.length === 0 || phases.length > limits.phasesPerRollout) {
    yield { path: ['phases'], message: `Expected 1 to ${limits.phasesPerRollout} phases, found ${phases.length}.` };
  }
  const names = new Set<string>();
  for (const [index, phase] of phases.entries()) {
    for (const { path, message } of wrongPhase(phase, phases.slice(0, index))) {
      yield { path: ['phases', index, ...path], message };
    }
    if (names.has(phase.name)) {
      yield { path: ['phases', index, 'name'], message: `Expected a name of its own, found "${phase.name}" again.` };
    }
    names.add(phase.name);
  }
  if (!isCount(maxAttempts, 1) || maxAttempts > 100) {
    yield { path: ['maxAttempts'], message: `Expected 1 to 100 attempts, found ${maxAttempts}.` };
  }
  if (!(retryBackoffMs >= 0)) yield { path: ['retryBackoffMs'], message: 'Expected a time of 0 or more.' };
}

function* wrongPhase(phase: PhasePlan, before: readonly PhasePlan[]): Generator<PlanProblem> {
  const { size, failureThreshold: threshold } = phase;
  if ('share' in size && !(size.share > 0 && size.share <= 1)) {
    yield { path: ['size'], message: 'Expected a share above 0 and at most 1.' };
  }
  if ('count' in size && !isCount(size.count, 1)) {
    yield { path: ['size'], message: 'Expected a whole number of 1 or more devices.' };
  }
  const smaller = before.findLast((other) => isNoLarger(phase, other));
  if (smaller) {
    const message = `Phases are cumulative: expected it to reach further than phase "${smaller.name}".`;
    yield { path: ['size'], message };
  }
  if (!isCount(phase.maxInFlight, 1)) {
    yield { path: ['maxInFlight'], message: 'Expected a whole number of 1 or more.' };
  }
  if ('share' in threshold && !(threshold.share >= 0 && threshold.share < 1)) {
    yield { path: ['failureThreshold'], message: 'Expected a share from 0 to below 1.' };
  }
  if ('count' in threshold && !isCount(threshold.count, 0)) {
    yield { path: ['failureThreshold'], message: 'Expected a whole number of 0 or more devices.' };
  }
  if (!(phase.successShare > 0 && phase.successShare <= 1)) {
    yield { path: ['successShare'], message: 'Expected a share above 0 and at most 1.' };
  }
  if (!(phase.minSoakMs >= 0)) yield { path: ['minSoakMs'], message: 'Expected a time of 0 or more.' };
}

function isNoLarger({ size }: PhasePlan, { size: before }: PhasePlan): boolean {
  if ('share' in size && 'share' in before) return size.share <= before.share;
  return 'count' in size && 'count' in before && size.count <= before.count;
}

/** What is wrong with the policy of a plan; paths begin with `policy`. */
export function policyProblems(policy: RolloutPolicy): readonly PlanProblem[] {
  return [...wrongPolicy(policy)].map(({ path, message }) => ({ path: ['policy', ...path], message }));
}

function* wrongPolicy(policy: RolloutPolicy): Generator<PlanProblem> {
  const { priority, startAt, endAt, windows, approvals } = policy;
  if (!(Number.isInteger(priority) && Math.abs(priority) <= 100)) {
    yield { path: ['priority'], message: `Expected a whole number from -100 to 100, found ${priority}.` };
  }
  if (startAt !== null && endAt !== null && endAt <= startAt) {
    yield { path: ['endAt'], message: 'Expected a time later than startAt.' };
  }
  if (windows.length > limits.windowsPerRollout) {
    yield {
      path: ['windows'],
      message: `Expected at most ${limits.windowsPerRollout} windows, found ${windows.length}.`,
    };
  }
  for (const [index, window] of windows.entries()) {
    for (const { path, message } of wrongWindow(window)) yield { path: ['windows', index, ...path], message };
  }
  if (!isCount(approvals, 0)) yield { path: ['approvals'], message: 'Expected a whole number of 0 or more people.' };
  yield* wrongRate(policy);
  for (const name of ['unproven', 'perSite', 'bytesPerHour'] as const) {
    const most = policy.budgets[name];
    if (most === null || isCount(most, 1)) continue;
    yield { path: ['budgets', name], message: 'Expected a whole number of 1 or more, or none.' };
  }
}

function* wrongWindow({ cron, durationMs, zone }: MaintenanceWindow): Generator<PlanProblem> {
  const parsed = parseCron(cron);
  if (!parsed.ok) yield { path: ['cron'], message: `At character ${parsed.position + 1}: ${parsed.message}` };
  if (!(Number.isInteger(durationMs) && durationMs >= minute && durationMs <= longestWindowMs)) {
    yield { path: ['durationMs'], message: 'Expected 1 minute to 7 days.' };
  }
  if (zone !== 'site' && !isZone(zone)) {
    const message = `Expected \`site\` or a zone of the IANA database such as Europe/Berlin, found "${zone}".`;
    yield { path: ['zone'], message };
  }
}

function* wrongRate({ rate }: RolloutPolicy): Generator<PlanProblem> {
  if (rate === null) return;
  const first = rate.kind === 'constant' ? 'perMinute' : 'basePerMinute';
  const begin = rate.kind === 'constant' ? rate.perMinute : rate.basePerMinute;
  // Less than one an hour is a schedule, not a rate.
  if (!(begin >= 1 / 60 && begin <= 1e9)) {
    yield { path: ['rate', first], message: `Expected at least one device an hour (1/60 a minute), found ${begin}.` };
  }
  if (rate.kind === 'constant') return;
  if (!(rate.factor >= 1 && rate.factor <= 100)) {
    yield { path: ['rate', 'factor'], message: `Expected a factor from 1 to 100, found ${rate.factor}.` };
  }
  if (!isCount(rate.everySucceeded, 1)) {
    yield { path: ['rate', 'everySucceeded'], message: 'Expected a whole number of 1 or more devices.' };
  }
  if (!(rate.mostPerMinute >= begin)) {
    yield { path: ['rate', 'mostPerMinute'], message: 'Expected no less than basePerMinute.' };
  }
}

function isCount(value: number, least: number): boolean {
  return Number.isSafeInteger(value) && value >= least;
}
