import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMemoryStore, createWorldSimulation, randomWorld } from '../../packages/simulator/src/world/index.ts';
import { openMemoryStore } from './invariants/memory-store.ts';

test('the store that replays decide over gives the same history as the real one', async () => {
  for (let number = 0; number < 20; number++) {
    // Without a way to the database: last-seen times reach the real store a moment later else.
    const plan = { ...randomWorld(`store-${number}`, { replicas: 1 }), storeDelayMs: 0 };
    const real = await (await createWorldSimulation({ plan, openStore: openMemoryStore, log: 'all' })).run();
    const memory = await createWorldSimulation({
      plan,
      openStore: async (world) => createMemoryStore(world),
      log: 'all',
    });
    const replayed = await memory.run();
    assert.deepEqual(replayed.lines, real.lines, `world ${number}`);
    assert.deepEqual(replayed.violations, []);
  }
});
