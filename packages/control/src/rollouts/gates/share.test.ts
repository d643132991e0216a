import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chances, draws } from '../../../test/chances.ts';
import { belowLogE, devicesToPass, type Outcomes, shareInterval } from './share.ts';

test('as many devices without a failure are needed as were computed elsewhere, or a few more', () => {
  for (const [margin, devices] of [
    [0.02, 182],
    [0.03, 121],
    [0.04, 90],
    [0.05, 72],
  ] as const) {
    const needed = devicesToPass(margin, 0.05);
    assert.ok(needed >= devices && needed <= devices * 1.1, `${margin}: ${needed}`);
  }
});

/** Ten devices start at a time; who fails says so at once, who does not only twenty steps later. */
function* story(random: () => number, share: number): Generator<Outcomes> {
  const running: number[] = [];
  let failed = 0;
  let proven = 0;
  for (let step = 0; step < 120; step++) {
    let survivors = 0;
    for (let i = 0; i < 10; i++)
      if (random() < share) failed++;
      else survivors++;
    running.push(survivors);
    if (running.length > 20) proven += running.shift() ?? 0;
    yield { proven, failed, pending: running.reduce((sum, one) => sum + one, 0) };
  }
}

test('failures that come sooner than successes neither pass a bad release nor move the interval off the truth', () => {
  const random = draws(4);
  const runs = 400;
  let passed = 0;
  const missed = { 0.01: 0, 0.05: 0, 0.2: 0 };
  for (const share of [0.01, 0.05, 0.2] as const) {
    for (let run = 0; run < runs; run++) {
      let covered = true;
      let below = false;
      let look = 0;
      for (const outcomes of story(random, share)) {
        below ||= belowLogE(outcomes, 0.05) >= Math.log(20);
        if (look++ % 10 !== 0) continue;
        const { low, high } = shareInterval(outcomes, 0.05);
        covered &&= low <= share && share <= (high ?? 1);
      }
      if (!covered) missed[share]++;
      if (share === 0.05 && below) passed++;
    }
  }
  for (const [share, count] of Object.entries(missed)) {
    assert.ok(count / runs <= 0.05 + chances(0.05, runs), `${share}: ${count} of ${runs} missed`);
  }
  assert.ok(passed / runs <= 0.05 + chances(0.05, runs), `${passed} of ${runs} passed at the margin`);
});

test('without any device everything is possible', () => {
  assert.deepEqual(shareInterval({ proven: 0, failed: 0, pending: 0 }, 0.05), { low: 0, high: 1 });
  assert.equal(belowLogE({ proven: 0, failed: 0 }, 0.05), Math.log(1));
});
