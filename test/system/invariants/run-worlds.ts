import { createWorldSimulation, randomWorld, type Violation } from '../../../packages/simulator/src/world/index.ts';
import { openMemoryStore } from './memory-store.ts';

/** What a world's number means: odd ones have three servers, the others one. */
export function worldOf(number: number) {
  return randomWorld(`world-${number}`, { replicas: number % 2 === 0 ? 1 : 3 });
}

export interface Judged {
  readonly world: number;
  readonly violations: readonly Violation[];
}

/** Runs worlds one after the other; names those in which something happened that never may. */
export async function judgeWorlds(numbers: Iterable<number>): Promise<{ worlds: number; guilty: Judged[] }> {
  const guilty: Judged[] = [];
  let worlds = 0;
  for (const world of numbers) {
    const simulation = await createWorldSimulation({
      plan: worldOf(world),
      openStore: openMemoryStore,
      log: 'nothing',
    });
    const { violations } = await simulation.run();
    worlds++;
    if (violations.length > 0) guilty.push({ world, violations });
  }
  return { worlds, guilty };
}
