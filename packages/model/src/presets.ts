import { defaultSequentialGate } from './gate.ts';
import { defaultPolicy } from './policy.ts';
import type { PhasePlan, PhaseSize, RolloutPlan } from './rollout.ts';

export const presetNames = ['safe', 'fast', 'emergency'] as const;
export type PresetName = (typeof presetNames)[number];

export const presetSummaries: Readonly<Record<PresetName, string>> = {
  safe: 'A few hundred devices first, ten a minute, watched for half an hour each; then ever more at once.',
  fast: 'The same proof by the first devices, at a higher pace, then everybody else.',
  emergency:
    'For mends that cannot wait: goes before other rollouts and ignores freezes; has no windows, but the gate.',
};

const minute = 60_000;
const hour = 60 * minute;

/**
 * Devices that a sequential gate needs to see before it can say that fewer than 5 % fail, where 1 % do: the 95th of a
 * hundred rollouts needs 282.
 */
const canaryDevices = 300;

const phase: Omit<PhasePlan, 'name' | 'size'> = {
  maxInFlight: 100,
  // Only a net below the gate: it judges long before.
  failureThreshold: { share: 0.1 },
  successShare: 0.8,
  minSoakMs: hour,
  promote: 'automatic',
};

/** The presets for a fleet that has more than enough devices; `presetPlan` fits them to smaller ones. */
const presets: Readonly<Record<PresetName, RolloutPlan>> = {
  // At ten a minute a release that fails four times as often as it should is stopped after some hundred and fifty
  // devices; the canary ends at three hundred, whatever the gate says. Then the pace doubles with every thousand.
  safe: {
    phases: [
      { ...phase, name: 'canary', size: { count: canaryDevices } },
      { ...phase, name: 'early', size: { share: 0.02 }, maxInFlight: 500, minSoakMs: 2 * hour },
      { ...phase, name: 'tenth', size: { share: 0.1 }, maxInFlight: 1_000, minSoakMs: 2 * hour },
      { ...phase, name: 'half', size: { share: 0.5 }, maxInFlight: 2_000, minSoakMs: 2 * hour },
      { ...phase, name: 'all', size: { share: 1 }, maxInFlight: 5_000, minSoakMs: 2 * hour },
    ],
    onFail: 'pause',
    maxAttempts: 3,
    retryBackoffMs: hour,
    policy: {
      ...defaultPolicy,
      rate: { kind: 'exponential', basePerMinute: 10, factor: 2, everySucceeded: 1_000, mostPerMinute: 200 },
      budgets: { ...defaultPolicy.budgets, unproven: 5_000 },
      gate: defaultSequentialGate,
    },
  },
  fast: {
    phases: [
      { ...phase, name: 'canary', size: { count: canaryDevices }, minSoakMs: 10 * minute },
      { ...phase, name: 'quarter', size: { share: 0.25 }, maxInFlight: 5_000, minSoakMs: 30 * minute },
      { ...phase, name: 'all', size: { share: 1 }, maxInFlight: 20_000, minSoakMs: 30 * minute },
    ],
    onFail: 'pause',
    maxAttempts: 3,
    retryBackoffMs: 15 * minute,
    policy: {
      ...defaultPolicy,
      rate: { kind: 'exponential', basePerMinute: 30, factor: 3, everySucceeded: 500, mostPerMinute: 2_000 },
      gate: { ...defaultSequentialGate, observeMs: 10 * minute },
    },
  },
  emergency: {
    phases: [
      { ...phase, name: 'canary', size: { count: canaryDevices }, maxInFlight: canaryDevices, minSoakMs: 0 },
      { ...phase, name: 'all', size: { share: 1 }, maxInFlight: 50_000, minSoakMs: 0 },
    ],
    onFail: 'pause',
    maxAttempts: 5,
    retryBackoffMs: 5 * minute,
    policy: {
      ...defaultPolicy,
      priority: 100,
      ignoreFreezes: true,
      rate: { kind: 'exponential', basePerMinute: 60, factor: 5, everySucceeded: 250, mostPerMinute: 5_000 },
      gate: { ...defaultSequentialGate, observeMs: 10 * minute },
    },
  },
};

/**
 * A named plan, fitted to how many devices it is for: the canary is never more than a tenth of them. One that has too
 * few devices to prove anything ends inconclusive, and a person decides.
 * @param devices in the group of the rollout; left out, there are more than enough
 */
export function presetPlan(name: PresetName, devices = Number.POSITIVE_INFINITY): RolloutPlan {
  const plan = presets[name];
  const canary = Math.max(1, Math.min(canaryDevices, Math.ceil(devices / 10)));
  const reach = (size: PhaseSize) => ('share' in size ? size.share * devices : canary);
  const phases = plan.phases
    .map((planned) => ('count' in planned.size ? { ...planned, size: { count: canary } } : planned))
    // A phase that reaches no further than the canary would only wait.
    .filter(({ size }, index) => index === 0 || ('share' in size && size.share === 1) || reach(size) > canary);
  return { ...plan, phases };
}
