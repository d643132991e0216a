import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeWorlds } from './invariants/run-worlds.ts';

/** Worlds that found something out once: devices that had been given up counted as proven when they came back. */
const onceGuilty = [3_852, 4_837, 5_036, 6_445];

test('what a world found out once stays mended', async () => {
  assert.deepEqual(await judgeWorlds(onceGuilty), { worlds: onceGuilty.length, guilty: [] });
});
