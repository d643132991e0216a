import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultPolicy, defaultSequentialGate, noCounts, type PhaseCounts, type Rollout } from '@fettle/model';
import fc from 'fast-check';
import { samplePhase, sampleRollout } from '../../test/samples.ts';
import { advance, openPhaseWith, promote, resume } from './advance.ts';
import { allowedFailures, judgePhase, requiredSuccesses } from './gate.ts';
import { reportGate } from './gates/judge.ts';
import { belowLogE } from './gates/share.ts';
import { look, newGateState, noStratum, takeControlFailure, takeProgress, takeTreatedFailure } from './gates/state.ts';

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

test('a phase without members never passes: it asks to be measured again, and nothing is written until somebody came', () => {
  const rollout = opened(sampleRollout(2, { phases: threePhases() }), 0, 0);
  const step = advance(rollout, counts({}, {}, {}), 50);
  assert.equal(step.rollout, rollout);
  assert.deepEqual(step.effects, [{ kind: 'measure-phase', phase: 0 }]);
  assert.equal(openPhaseWith(rollout, 0, { bucketLimit: 0.5, members: 0 }, 60).rollout, rollout);
  const filled = openPhaseWith(rollout, 0, { bucketLimit: 0.5, members: 3 }, 60);
  assert.deepEqual(kinds(filled), ['phase-opened']);
  const [first] = filled.rollout.phases;
  assert.deepEqual([first?.status, first?.members, first?.openedAt], ['open', 3, 60]);
  assert.deepEqual(advance(filled.rollout, counts({}, {}, {}), 70).effects, []);
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
  proven: fc.constant(0),
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

const gatePlan = { ...defaultSequentialGate, margin: 0.2, hardStop: 2 };
const gateStory = fc.array(
  fc.record({
    wait: fc.nat(40 * 60_000),
    starts: fc.nat(40),
    commits: fc.nat(40),
    proves: fc.nat(40),
    healthFailures: fc.nat(2),
    installFailures: fc.nat(2),
    controlFailures: fc.nat(4),
    dark: fc.nat(1),
  }),
  { minLength: 1, maxLength: 40 },
);

test('whatever a sequential gate sees: no phase opens unless enough was shown, and what failed stays stopped', () => {
  fc.assert(
    fc.property(gateStory, fc.boolean(), (moments, rollBackOnFail) => {
      const phases = threePhases().map((phase) => ({ ...phase, minSoakMs: 0, successShare: 0.1 }));
      const policy = { ...defaultPolicy, gate: gatePlan, rollBackOnFail };
      let rollout = sampleRollout(2, { phases, policy, onFail: 'pause' });
      let state = newGateState(gatePlan, { '': 0.01 }, 0, 60_000);
      let one = { ...noStratum, control: 1_000 };
      let succeeded = 0;
      let now = 0;
      for (const moment of moments) {
        now += moment.wait;
        one = { ...one, started: one.started + moment.starts };
        const commits = Math.min(moment.commits, one.started - succeeded);
        succeeded += commits;
        const proves = Math.min(moment.proves, one.watched + commits);
        one = { ...one, watched: one.watched + commits - proves, proven: one.proven + proves };
        state = takeProgress(state, { a: one }, now);
        const failure = { stratum: 'a', startedAt: now, at: now, isDark: moment.dark === 1 };
        for (let i = 0; i < moment.installFailures; i++) {
          state = takeTreatedFailure(state, { ...failure, committedAt: null }, one);
        }
        for (let i = 0; i < moment.healthFailures; i++) {
          state = takeTreatedFailure(state, { ...failure, committedAt: now - 3_600_000 }, one);
        }
        for (let i = 0; i < moment.controlFailures; i++) {
          state = takeControlFailure(state, one);
          one = { ...one, controlEvents: one.controlEvents + 1 };
        }
        state = look(gatePlan, state, { a: one }, now);
        const standing = { state, totals: { a: one }, watching: one.watched };
        const seen = counts({ started: one.started, succeeded }, {}, {});
        const before = rollout;
        const step = advance(before, seen, now, standing);
        const failed = state.ratio.treatedEvents + (state.outcomes.totals.a?.failed ?? 0);
        for (const effect of step.effects) {
          if (effect.kind !== 'phase-passed') continue;
          assert.equal(state.crossed, null);
          assert.equal(state.suspectSince, null);
          const { margin } = reportGate(gatePlan, standing);
          assert.ok(belowLogE({ proven: one.proven, failed }, margin) >= Math.log(20));
        }
        const index = before.phases.findLastIndex((phase) => phase.status !== 'waiting');
        const status = before.phases[index]?.status;
        if (before.status === 'running' && (status === 'open' || status === 'passed') && state.crossed) {
          assert.equal(step.rollout.status, 'paused');
          assert.equal(kinds(step).includes('roll-back'), rollBackOnFail);
        }
        rollout = step.rollout;
        const wish = step.effects.find((effect) => effect.kind === 'measure-phase');
        if (wish?.kind === 'measure-phase') {
          const found = { bucketLimit: 1, members: 1_000, control: { a: 1_000 } };
          rollout = openPhaseWith(rollout, wish.phase, found, now).rollout;
          assert.deepEqual(rollout.phases[wish.phase]?.gate, { strata: ['a'], sampleShare: 1 });
        }
        rollout.phases.forEach((phase, at) => {
          if (at > 0 && phase.status !== 'waiting') assert.equal(rollout.phases[at - 1]?.status, 'passed');
        });
        if (before.status !== 'running') assert.equal(rollout, before);
      }
    }),
    { numRuns: 500 },
  );
});

test('without anything seen, a sequential gate decides nothing', () => {
  const policy = { ...defaultPolicy, gate: gatePlan };
  const rollout = opened(sampleRollout(2, { phases: threePhases(), policy }), 10, 0);
  const step = advance(rollout, counts({ started: 10, succeeded: 10 }, {}, {}), 10_000);
  assert.deepEqual(step.effects, []);
});

test('while the gate waits for the control, the phase says since when', () => {
  const policy = { ...defaultPolicy, gate: gatePlan };
  const rollout = opened(sampleRollout(2, { phases: threePhases(), policy }), 10, 0);
  const state = { ...newGateState(gatePlan, { '': 0.01 }, 0, 60_000), suspectSince: 5 };
  const standing = { state, totals: {}, watching: 0 };
  const step = advance(rollout, counts({}, {}, {}), 6, standing);
  assert.equal(step.rollout.phases[0]?.suspectSince, 5);
  assert.equal(advance(step.rollout, counts({}, {}, {}), 7, standing).rollout, step.rollout);
  const calm = { ...standing, state: { ...state, suspectSince: null } };
  assert.equal(advance(step.rollout, counts({}, {}, {}), 8, calm).rollout.phases[0]?.suspectSince, undefined);
});
