import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { chances, draws } from '../../../test/chances.ts';
import { addEvent, noRatioEvidence, type RatioEvidence, ratioEstimate, ratioInterval, ratioLogE } from './ratio.ts';

/** Devices of two strata fail in turn; those of the treated side `ratio` times as often. Each device fails once. */
function* events(random: () => number, ratio: number, treatedShare: number, devices: number) {
  const left = [
    { treated: Math.round(devices * treatedShare), control: Math.round(devices * (1 - treatedShare)), rate: 1 },
    { treated: Math.round(2 * devices * treatedShare), control: Math.round(2 * devices * (1 - treatedShare)), rate: 5 },
  ];
  for (;;) {
    const weights = left.flatMap(({ treated, control, rate }) => [rate * ratio * treated, rate * control]);
    let at = random() * weights.reduce((sum, one) => sum + one, 0);
    const index = weights.findIndex((weight) => {
      at -= weight;
      return at < 0;
    });
    const stratum = left[index >> 1];
    if (!stratum) return;
    const side = index % 2 === 0 ? ('treated' as const) : ('control' as const);
    yield { side, atRisk: { treated: stratum.treated, control: stratum.control } };
    stratum[side]--;
  }
}

function follow(
  random: () => number,
  ratio: number,
  most: number,
): { highest: number; last: RatioEvidence; covered: boolean } {
  let last = noRatioEvidence;
  let highest = 0;
  let covered = true;
  let count = 0;
  for (const { side, atRisk } of events(random, ratio, 0.25, 400)) {
    last = addEvent(last, side, atRisk);
    highest = Math.max(highest, ratioLogE(last));
    const { low, high } = ratioInterval(last, 0.05);
    covered &&= low <= ratio && ratio <= (high ?? Number.POSITIVE_INFINITY);
    if (++count === most) break;
  }
  return { highest, last, covered };
}

test('E is a test martingale while nothing differs: over all that can happen its mean is 1', () => {
  const mean = (evidence: RatioEvidence, left: { treated: number; control: number }, events: number): number => {
    if (events === 0) return Math.exp(ratioLogE(evidence));
    const sides = (['treated', 'control'] as const).filter((side) => left[side] > 0);
    return sides.reduce((sum, side) => {
      const chance = left[side] / (left.treated + left.control);
      const next = addEvent(evidence, side, left);
      return sum + chance * mean(next, { ...left, [side]: left[side] - 1 }, events - 1);
    }, 0);
  };
  for (const left of [
    { treated: 5, control: 7 },
    { treated: 3, control: 1_000 },
    { treated: 60, control: 2 },
  ]) {
    for (const events of [1, 4, 8]) assert.ok(Math.abs(mean(noRatioEvidence, left, events) - 1) < 1e-9);
  }
});

test('looked at after every event, E hardly ever reaches 20 while nothing differs', () => {
  const random = draws(1);
  const runs = Array.from({ length: 2_000 }, () => follow(random, 1, 60));
  const reached = runs.filter((run) => run.highest >= Math.log(20)).length / runs.length;
  assert.ok(reached <= 0.05 + chances(0.05, runs.length), `${reached} reached 20`);
});

test('a device that is four times as likely to fail is found, and the estimate is near', () => {
  const random = draws(2);
  const runs = Array.from({ length: 200 }, () => follow(random, 4, 60));
  assert.ok(runs.filter((run) => run.highest >= Math.log(20)).length >= 195);
  const estimates = runs.map((run) => ratioEstimate(run.last)).sort((a, b) => a - b);
  const median = estimates[100] ?? 0;
  assert.ok(median > 3 && median < 5.3, `median ${median}`);
});

for (const ratio of [0.5, 1, 4]) {
  test(`the interval covers a ratio of ${ratio} at all looks together`, () => {
    const random = draws(3);
    const runs = Array.from({ length: 400 }, () => follow(random, ratio, 40));
    const missed = runs.filter((run) => !run.covered).length / runs.length;
    assert.ok(missed <= 0.05 + chances(0.05, runs.length), `${missed} missed`);
  });
}

test('what happens while one side is empty says nothing', () => {
  for (const atRisk of [
    { treated: 5, control: 0 },
    { treated: 0, control: 5 },
  ]) {
    const side = atRisk.treated > 0 ? 'treated' : 'control';
    assert.equal(ratioLogE(addEvent(noRatioEvidence, side, atRisk)), 0);
  }
});

test('events of one moment may come in any order, and a stored state goes on where it stopped', () => {
  const event = fc.record({
    side: fc.constantFrom('treated' as const, 'control' as const),
    atRisk: fc.record({ treated: fc.integer({ min: 1, max: 500 }), control: fc.integer({ min: 1, max: 100_000 }) }),
  });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), fc.nat(30), (list, cut) => {
      const take = (from: RatioEvidence, part: typeof list) =>
        part.reduce((evidence, one) => addEvent(evidence, one.side, one.atRisk), from);
      const whole = take(noRatioEvidence, list);
      const stored: RatioEvidence = JSON.parse(JSON.stringify(take(noRatioEvidence, list.slice(0, cut))));
      assert.deepEqual(take(stored, list.slice(cut)), whole);
      const reversed = take(noRatioEvidence, [...list].reverse());
      assert.ok(Math.abs(ratioLogE(reversed) - ratioLogE(whole)) < 1e-9);
    }),
  );
});
