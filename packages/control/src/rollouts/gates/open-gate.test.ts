import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mostShare } from './open-gate.ts';

test('the most that a history allows for is its upper 95 % limit', () => {
  // Exact limits of a Poisson count: 0 → 2.996, 1 → 4.744, 10 → 16.962.
  for (const [failed, limit] of [
    [0, 2.996],
    [1, 4.744],
    [10, 16.962],
    [400, 434.6],
  ] as const) {
    assert.ok(Math.abs(mostShare(failed, 1_000) - limit / 1_000) < 0.0003, `${failed}: ${mostShare(failed, 1_000)}`);
  }
});
