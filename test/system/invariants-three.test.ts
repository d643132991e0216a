import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeWorlds } from './invariants/run-worlds.ts';

test('no invariant is broken in worlds with three servers, whatever goes wrong', async () => {
  const numbers = Array.from({ length: 200 }, (_, index) => index * 2 + 1);
  const { worlds, guilty } = await judgeWorlds(numbers);
  assert.deepEqual(guilty, []);
  assert.equal(worlds, 200);
});
