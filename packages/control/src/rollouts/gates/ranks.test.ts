import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chances, draws } from '../../../test/chances.ts';
import { addRank, noRankEvidence, type RankEvidence, ranksLogE, worseShare, worseShareInterval } from './ranks.ts';

/** Values that drift by the hour and come in few sizes, so that many are equal; treated ones are `shift` higher. */
function follow(
  random: () => number,
  shift: number,
  coarse: boolean,
  most = 80,
): { last: RankEvidence; highest: number } {
  let last = noRankEvidence;
  let highest = 0;
  for (let i = 0; i < most; i++) {
    const value = () => {
      const smooth = Math.exp(2 * random() + i / 20);
      return coarse ? Math.floor(random() * 3) : smooth;
    };
    const controls = Array.from({ length: 1 + (i % 5) }, value);
    last = addRank(last, value() + shift, controls, random());
    highest = Math.max(highest, ranksLogE(last));
  }
  return { last, highest };
}

for (const coarse of [false, true]) {
  test(`E is a test martingale while ${coarse ? 'equal' : 'drifting'} values do not differ`, () => {
    const random = draws(5);
    const runs = Array.from({ length: 2_000 }, () => follow(random, 0, coarse));
    const reached = runs.filter((run) => run.highest >= Math.log(20)).length / runs.length;
    assert.ok(reached <= 0.05 + chances(0.05, runs.length), `${reached} reached 20`);
    const missed = runs.filter(({ last }) => {
      const { low, high } = worseShareInterval(last, 0.05);
      return low > 0.5 || (high ?? 1) < 0.5;
    });
    assert.ok(missed.length / runs.length <= 0.05 + chances(0.05, runs.length));
  });
}

test('the mean of one bet is 1, whatever the number of controls', () => {
  for (let count = 1; count <= 8; count++) {
    let sum = 0;
    for (let place = 0; place <= count; place++) {
      const controls = Array.from({ length: count }, (_, i) => (i < place ? 1 : -1));
      sum += Math.exp(ranksLogE(addRank(noRankEvidence, 0, controls, 0))) / (count + 1);
    }
    assert.ok(Math.abs(sum - 1) < 1e-9, `${count}: ${sum}`);
  }
});

test('values that grew are found; those that shrank are not', () => {
  const random = draws(6);
  const worse = Array.from({ length: 100 }, () => follow(random, 40, false));
  assert.ok(worse.filter((run) => run.highest >= Math.log(20)).length >= 99);
  assert.ok(worse.every(({ last }) => worseShare(last) > 0.6 && worseShareInterval(last, 0.05).low > 0.5));
  const better = Array.from({ length: 100 }, () => follow(random, -40, false));
  assert.ok(better.every((run) => run.highest < Math.log(20)));
  assert.ok(better.every(({ last }) => (worseShareInterval(last, 0.05).high ?? 1) < 0.5));
});
