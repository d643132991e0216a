import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWorldSimulation } from '../../packages/simulator/src/world/index.ts';
import { type Breakage, breakages } from './invariants/breakages.ts';
import { openMemoryStore } from './invariants/memory-store.ts';
import { worldOf } from './invariants/run-worlds.ts';

/** Worlds of the suite among which every breakage must show. */
const worlds = 120;

for (const breakage of breakages) {
  test(`a server that ${breakage.what} is found out`, async () => {
    const found = await firstFoundOut(breakage);
    assert.ok(found !== undefined, `none of ${worlds} worlds shows it`);
  });
}

/** Begins with the world that showed it last time and goes once around. */
async function firstFoundOut({ breaks, disguise, shownBy }: Breakage): Promise<number | undefined> {
  for (let turn = 0; turn < worlds; turn++) {
    const number = (shownBy + turn) % worlds;
    const options = { plan: worldOf(number), openStore: openMemoryStore, log: 'nothing', disguise } as const;
    const { violations } = await (await createWorldSimulation(options)).run();
    if (violations.some(({ invariant }) => breaks.includes(invariant))) return number;
  }
  return undefined;
}
