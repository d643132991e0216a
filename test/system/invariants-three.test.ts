import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeWorlds } from './invariants/run-worlds.ts';

/** The first of the ten thousand that `npm run bench -- invariants` judges. */
const worlds = 50;

test('no invariant is broken in worlds with three servers, whatever goes wrong', async () => {
  const numbers = Array.from({ length: worlds }, (_, index) => index * 2 + 1);
  const { worlds: judged, guilty } = await judgeWorlds(numbers);
  assert.deepEqual(guilty, []);
  assert.equal(judged, worlds);
});
