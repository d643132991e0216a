import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noCounts, type PhaseCounts, type Rollout } from '@fettle/model';
import fc from 'fast-check';
import { samplePhase, sampleRollout } from '../../test/samples.ts';
import { advance, openPhaseWith, promote, remeasureMs, resume } from './advance.ts';
import { allowedFailures, judgePhase, requiredSuccesses } from './gate.ts';

const fresh = { status: 'waiting', bucketLimit: 0, members: 0, openedAt: null } as const;
const threePhases = () => [
  samplePhase({ ...fresh, name: 'canary', size: { share: 0.05 }, minSoakMs: 1_000 }),
  samplePhase({ ...fresh, name: 'half', size: { share: 0.5 } }),
  samplePhase({ ...fresh, name: 'all' }),
];
const counts = (...rows: Partial<PhaseCounts>[]) => rows.map((row) => ({ ...noCounts, ...row }));
const kinds = (step: { effects: readonly { kind: string }[] }) => step.effects.map((effect) => effect.kind);

function opened(rollout: Rollout, members: number, at: number): Rollout {
  const step = advance(rollout, counts({}, {}, {}), at);
  const wish = step.effects.find((effect) => effect.kind === 'measure-phase');
  assert.ok(wish?.kind === 'measure-phase');
  return openPhaseWith(step.rollout, wish.phase, { bucketLimit: 0.05, members }, at).rollout;
}

test('a rollout that starts asks for its first phase to be measured, and goes on asking until it is', () => {
  const start = sampleRollout(2, { phases: threePhases() });
  const step = advance(start, counts({}, {}, {}), 0);
  assert.deepEqual(step.effects, [{ kind: 'measure-phase', phase: 0 }]);
  assert.equal(step.rollout.phases[0]?.status, 'measuring');
  assert.deepEqual(advance(step.rollout, counts({}, {}, {}), 1).effects, [{ kind: 'measure-phase', phase: 0 }]);
});

test('a phase passes only after enough devices have committed and have soaked', () => {
  let rollout = opened(sampleRollout(2, { phases: threePhases() }), 10, 0);
  const enough = counts({ started: 10, succeeded: 9, open: 1 }, {}, {});
  assert.equal(advance(rollout, counts({ started: 10, succeeded: 8, open: 2 }, {}, {}), 100).rollout, rollout);
  rollout = advance(rollout, enough, 500).rollout;
  assert.equal(rollout.phases[0]?.soakFrom, 500);
  assert.deepEqual(advance(rollout, enough, 1_499).effects, []);
  const step = advance(rollout, enough, 1_500);
  assert.deepEqual(kinds(step), ['phase-passed', 'measure-phase']);
  assert.deepEqual(
    step.rollout.phases.map((phase) => phase.status),
    ['passed', 'measuring', 'waiting'],
  );
});

test('the soak starts again when devices go back', () => {
  const rollout = { ...opened(sampleRollout(2, { phases: threePhases() }), 100, 0) };
  const soaking = advance(rollout, counts({ started: 100, succeeded: 90 }, {}, {}), 10).rollout;
  const step = advance(soaking, counts({ started: 100, succeeded: 89, failed: 1, rolledBack: 1 }, {}, {}), 500);
  assert.equal(step.rollout.phases[0]?.soakFrom, null);
});

for (const onFail of ['pause', 'abort'] as const) {
  test(`a failed gate makes the rollout ${onFail} and nothing opens after it`, () => {
    const rollout = opened(sampleRollout(2, { phases: threePhases(), onFail }), 10, 0);
    const step = advance(rollout, counts({ started: 5, failed: 1, rolledBack: 1 }, {}, {}), 10);
    assert.deepEqual(kinds(step), ['phase-failed', onFail === 'abort' ? 'rollout-aborted' : 'rollout-paused']);
    assert.match(step.rollout.statusReason, /canary.*1 failed \(0 allowed\)/);
    assert.deepEqual(advance(step.rollout, counts({ failed: 1 }, {}, {}), 99_999).effects, []);
  });
}

test('a failure in an earlier phase counts while a later one is open', () => {
  const phases = threePhases().map((phase, i) =>
    i < 2 ? { ...phase, status: i === 0 ? ('passed' as const) : ('open' as const), members: 20 } : phase,
  );
  const step = advance(
    sampleRollout(2, { phases }),
    counts({ started: 10, succeeded: 8, failed: 2 }, { started: 2 }, {}),
    10,
  );
  assert.deepEqual(kinds(step), ['phase-failed', 'rollout-aborted']);
});

test('the last phase that passes completes the rollout', () => {
  const rollout = sampleRollout(2, { phases: [samplePhase({ members: 10 })] });
  const step = advance(rollout, counts({ started: 10, succeeded: 10 }), 5);
  assert.deepEqual(kinds(step), ['phase-passed', 'rollout-completed']);
  assert.equal(step.rollout.status, 'completed');
});

test('a manual phase waits for a person after it has passed', () => {
  const phases = threePhases().map((phase, i) =>
    i === 0 ? { ...phase, promote: 'manual' as const, minSoakMs: 0 } : phase,
  );
  const open = opened(sampleRollout(2, { phases }), 10, 0);
  const done = counts({ started: 10, succeeded: 10 }, {}, {});
  const step = advance(open, done, 5);
  assert.deepEqual(kinds(step), ['phase-passed']);
  assert.deepEqual(advance(step.rollout, done, 99_999).effects, []);
  assert.deepEqual(kinds(promote(step.rollout, 99_999)), ['measure-phase']);
});

test('a phase without members never passes; it is measured again, ever more seldom', () => {
  const rollout = opened(sampleRollout(2, { phases: threePhases() }), 0, 0);
  const { least, most } = remeasureMs;
  assert.deepEqual(advance(rollout, counts({}, {}, {}), least - 1).effects, []);
  assert.deepEqual(kinds(advance(rollout, counts({}, {}, {}), least)), ['measure-phase']);
  const late = opened(sampleRollout(2, { phases: threePhases() }), 0, 100 * most);
  assert.deepEqual(advance(late, counts({}, {}, {}), 101 * most - 1).effects, []);
  assert.deepEqual(kinds(advance(late, counts({}, {}, {}), 101 * most)), ['measure-phase']);
});

test('resuming after a failed gate forgives what was seen, not what comes', () => {
  const rollout = opened(sampleRollout(2, { phases: threePhases(), onFail: 'pause' }), 10, 0);
  const failed = counts({ started: 5, failed: 1 }, {}, {});
  const resumed = resume(advance(rollout, failed, 10).rollout, failed);
  assert.equal(resumed.status, 'running');
  assert.deepEqual(advance(resumed, failed, 20).effects, []);
  assert.deepEqual(kinds(advance(resumed, counts({ started: 6, failed: 2 }, {}, {}), 30)), [
    'phase-failed',
    'rollout-paused',
  ]);
});

test('thresholds count against members: early failures among few reports do not halt a healthy release', () => {
  const phase = samplePhase({ members: 1_000, failureThreshold: { share: 0.05 } });
  const early = { ...noCounts, started: 40, open: 36, failed: 4 };
  assert.equal(judgePhase(phase, early, 0).verdict, 'inconclusive');
  assert.equal(allowedFailures(phase), 50);
  assert.equal(requiredSuccesses(phase), 900);
});

const anyCounts = fc.record({
  started: fc.nat(40),
  open: fc.nat(5),
  succeeded: fc.nat(20),
  failed: fc.nat(3),
  rolledBack: fc.nat(1),
  neutral: fc.nat(2),
});
const story = fc.array(
  fc.record({
    wait: fc.nat(5_000),
    counts: fc.tuple(anyCounts, anyCounts, anyCounts),
    members: fc.nat(20),
    measured: fc.boolean(),
  }),
  { minLength: 1, maxLength: 40 },
);

test('whatever the reports: no phase opens before the gate of the one before it has passed', () => {
  fc.assert(
    fc.property(story, fc.constantFrom('pause' as const, 'abort' as const), (moments, onFail) => {
      let rollout = sampleRollout(2, { phases: threePhases(), onFail });
      let now = 0;
      for (const moment of moments) {
        now += moment.wait;
        const before = rollout;
        const step = advance(before, moment.counts, now);
        for (const effect of step.effects) {
          if (effect.kind === 'phase-passed') {
            const sum = moment.counts.slice(0, effect.phase + 1);
            const succeeded = sum.reduce((n, one) => n + one.succeeded, 0);
            const failed = sum.reduce((n, one) => n + one.failed, 0);
            const phase = before.phases[effect.phase];
            assert.ok(
              phase &&
                phase.status === 'open' &&
                succeeded >= requiredSuccesses(phase) &&
                failed <= allowedFailures(phase),
            );
          }
          if (effect.kind === 'measure-phase' && effect.phase > 0) {
            assert.equal(step.rollout.phases[effect.phase - 1]?.status, 'passed');
          }
        }
        rollout = step.rollout;
        const wish = step.effects.find((effect) => effect.kind === 'measure-phase');
        if (wish?.kind === 'measure-phase' && moment.measured) {
          rollout = openPhaseWith(rollout, wish.phase, { bucketLimit: 1, members: moment.members }, now).rollout;
        }
        rollout.phases.forEach((phase, index) => {
          if (index > 0 && phase.status !== 'waiting') assert.equal(rollout.phases[index - 1]?.status, 'passed');
        });
        if (before.status !== 'running') assert.equal(rollout, before);
      }
    }),
    { numRuns: 2_000 },
  );
});
