import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { chances, draws } from '../../../test/chances.ts';
import { addFailure, addProgress, excessOfSlots, noOutcomes, type OutcomeEvidence, outcomesLogE } from './outcomes.ts';

const minute = 60_000;
const times = { slotMs: 10 * minute, lagMs: 30 * minute, settleMs: 3 * minute };
const expected = { '': 0.01, b: 0.02 };

function start(evidence: OutcomeEvidence, started: Record<string, number>, at: number, events = 0): OutcomeEvidence {
  return addProgress(evidence, { started, controlEvents: events, controlMs: 10_000 * minute }, at, times);
}

test('a share that is expected is hardly ever taken for more, looked at after every failure', () => {
  const random = draws(7);
  const runs = 400;
  let reached = 0;
  for (let run = 0; run < runs; run++) {
    let evidence = noOutcomes(expected);
    let highest = 0;
    for (let at = 0; at < 200 * minute; at += minute) {
      evidence = start(evidence, { a: 10, b: 5 }, at);
      for (const [stratum, count, share] of [
        ['a', 10, 0.01],
        ['b', 5, 0.02],
      ] as const) {
        for (let i = 0; i < count; i++) {
          if (random() >= share) continue;
          // Some failures come much later than the start.
          evidence = addFailure(evidence, stratum, Math.max(0, at - (random() < 0.3 ? 90 * minute : 0)));
          highest = Math.max(highest, outcomesLogE(evidence, times));
        }
      }
    }
    if (highest >= Math.log(20)) reached++;
  }
  assert.ok(reached / runs <= 0.05 + chances(0.05, runs), `${reached} of ${runs}`);
});

test('in what order failures come, and whether the slots of their devices are gone by then, changes nothing', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(99), { maxLength: 20 }), fc.array(fc.nat(99), { maxLength: 20 }), (early, late) => {
      const run = (order: readonly number[], when: 'at once' | 'late') => {
        let evidence = noOutcomes(expected);
        for (let at = 0; at < 100; at++) {
          evidence = start(evidence, { a: 20 }, at * minute);
          if (when === 'at once') {
            for (const one of order) if (one === at) evidence = addFailure(evidence, 'a', one * minute);
          }
        }
        if (when === 'late') for (const one of order) evidence = addFailure(evidence, 'a', one * minute);
        return outcomesLogE(evidence, times);
      };
      const all = [...early, ...late];
      const first = run(all, 'at once');
      assert.ok(Math.abs(run(all, 'late') - first) < 1e-9);
      assert.ok(Math.abs(run([...all].reverse(), 'late') - first) < 1e-9);
    }),
    { numRuns: 50 },
  );
});

test('while everything fails more, more failures are expected, of devices that started meanwhile', () => {
  const isRough = (at: number) => at >= 30 && at < 60;
  const run = (until: number, controlOf: (at: number) => number) => {
    let evidence = noOutcomes(expected);
    for (let at = 0; at < until; at++) {
      evidence = start(evidence, { a: 10 }, at * minute, controlOf(at));
      if (isRough(at) ? at % 2 === 0 : at % 10 === 0) evidence = addFailure(evidence, 'a', at * minute);
    }
    return evidence;
  };
  const shared = (at: number) => (isRough(at) ? 15 : 3);
  assert.ok(Math.max(...excessOfSlots(run(60, shared), times)) > 4);
  assert.ok(outcomesLogE(run(70, shared), times) < 0);
  assert.ok(
    outcomesLogE(
      run(70, () => 3),
      times,
    ) > Math.log(20),
    'without the control it would be taken for worse',
  );
  const later = run(150, shared);
  assert.ok(
    later.rough.length > 0 && later.slots.length < 8,
    'old slots are folded away, and it is kept that they were rough',
  );
});

test('a control that is too small to show anything changes nothing', () => {
  let evidence = noOutcomes(expected);
  const random = draws(8);
  for (let at = 0; at < 300; at++) evidence = start(evidence, { a: 1 }, at * minute, random() < 0.05 ? 1 : 0);
  assert.ok(excessOfSlots(evidence, times).every((excess) => excess === 1));
  assert.deepEqual(evidence.rough, []);
});
