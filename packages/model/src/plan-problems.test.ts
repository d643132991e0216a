import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planProblems, problemText } from './plan-problems.ts';
import { defaultPolicy, type RolloutPolicy } from './policy.ts';
import { presetNames, presetPlan } from './presets.ts';
import type { PhasePlan, RolloutPlan } from './rollout.ts';

const phase: PhasePlan = {
  name: 'all',
  size: { share: 1 },
  maxInFlight: 10,
  failureThreshold: { share: 0.05 },
  successShare: 0.9,
  minSoakMs: 0,
  promote: 'automatic',
};
const plan: RolloutPlan = {
  phases: [phase],
  onFail: 'pause',
  maxAttempts: 3,
  retryBackoffMs: 0,
  policy: defaultPolicy,
};

const places = (changed: Partial<RolloutPlan>) =>
  planProblems({ ...plan, ...changed }).map(({ path }) => path.join('.'));
const inPhases = (...phases: readonly Partial<PhasePlan>[]) =>
  places({ phases: phases.map((change, index) => ({ ...phase, name: `p${index}`, ...change })) });
const inPolicy = (policy: Partial<RolloutPolicy>) => places({ policy: { ...defaultPolicy, ...policy } });

test('presets have no problems, for however many devices they are', () => {
  for (const name of presetNames) {
    for (const devices of [1, 9, 300, 2_999, 15_000, 15_001, 100_000, undefined]) {
      assert.deepEqual(planProblems(presetPlan(name, devices)), [], `${name} ${devices}`);
    }
  }
});

test('a canary of a preset is a tenth of a small fleet, and enough devices for the gate in a large one', () => {
  const sizes = [5, 50, 2_999, 100_000].map((devices) => presetPlan('safe', devices).phases[0]?.size);
  assert.deepEqual(sizes, [{ count: 1 }, { count: 5 }, { count: 300 }, { count: 300 }]);
  assert.deepEqual(
    presetPlan('safe', 10_000).phases.map(({ name }) => name),
    ['canary', 'tenth', 'half', 'all'],
    'two hundred devices would be no step further',
  );
});

test('an emergency ignores freezes and windows, but not the gate', () => {
  const { policy } = presetPlan('emergency');
  assert.deepEqual([policy.ignoreFreezes, policy.windows, policy.gate.kind], [true, [], 'sequential']);
});

test('phases that reach nobody, no further or nowhere are found', () => {
  assert.deepEqual(places({ phases: [] }), ['phases']);
  assert.deepEqual(inPhases({ size: { share: 0 } }), ['phases.0.size']);
  assert.deepEqual(inPhases({ size: { count: 1.5 } }), ['phases.0.size']);
  assert.deepEqual(inPhases({ size: { share: 0.5 } }, { size: { count: 5 } }, { size: { share: 0.5 } }), [
    'phases.2.size',
  ]);
  assert.deepEqual(inPhases({ size: { count: 5 } }, { size: { count: 5 } }), ['phases.1.size']);
  assert.deepEqual(inPhases({ name: 'same' }, { name: 'same', size: { count: 5 } }), ['phases.1.name']);
});

test('limits of a phase that nothing can meet are found', () => {
  assert.deepEqual(inPhases({ maxInFlight: 0 }), ['phases.0.maxInFlight']);
  assert.deepEqual(inPhases({ failureThreshold: { share: 1 } }), ['phases.0.failureThreshold']);
  assert.deepEqual(inPhases({ failureThreshold: { count: -1 } }), ['phases.0.failureThreshold']);
  assert.deepEqual(inPhases({ successShare: 0 }), ['phases.0.successShare']);
  assert.deepEqual(inPhases({ minSoakMs: Number.NaN }), ['phases.0.minSoakMs']);
  assert.deepEqual(places({ maxAttempts: 0, retryBackoffMs: -1 }), ['maxAttempts', 'retryBackoffMs']);
});

test('windows that never open, last for ever or lie nowhere are found', () => {
  const window = { cron: '0 2 * * *', durationMs: 3_600_000, zone: 'site' };
  const wrong = (change: Partial<typeof window>) => inPolicy({ windows: [window, { ...window, ...change }] });
  assert.deepEqual(wrong({}), []);
  assert.deepEqual(wrong({ cron: '30 2 31 2 *' }), ['policy.windows.1.cron']);
  assert.deepEqual(wrong({ durationMs: 1_000 }), ['policy.windows.1.durationMs']);
  assert.deepEqual(wrong({ durationMs: 8 * 86_400_000 }), ['policy.windows.1.durationMs']);
  assert.deepEqual(wrong({ zone: 'Mars/Base' }), ['policy.windows.1.zone']);
});

test('schedules, rates and budgets that make no sense are found', () => {
  assert.deepEqual(inPolicy({ startAt: 5, endAt: 5 }), ['policy.endAt']);
  assert.deepEqual(inPolicy({ priority: 101, approvals: -1 }), ['policy.priority', 'policy.approvals']);
  assert.deepEqual(inPolicy({ rate: { kind: 'constant', perMinute: 0 } }), ['policy.rate.perMinute']);
  const rate = { kind: 'exponential', basePerMinute: 10, factor: 0.5, everySucceeded: 0, mostPerMinute: 5 } as const;
  assert.deepEqual(inPolicy({ rate }), [
    'policy.rate.factor',
    'policy.rate.everySucceeded',
    'policy.rate.mostPerMinute',
  ]);
  const budgets = { ...defaultPolicy.budgets, unproven: 0, bytesPerHour: 1.5 };
  assert.deepEqual(inPolicy({ budgets }), ['policy.budgets.unproven', 'policy.budgets.bytesPerHour']);
});

test('a problem in one line says where it is', () => {
  const text = problemText({ path: ['phases', 1, 'size'], message: 'Expected more.' });
  assert.equal(text, 'phases[1].size: Expected more.');
});
