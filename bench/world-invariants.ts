import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Judged } from '../test/system/invariants/run-worlds.ts';
import type { WorldPortion } from './world-invariants-worker.ts';

const workers = 2;
const portion = 50;

/** Random worlds over the real store, one server in half of them and three in the others; every invariant watched. */
export async function measureInvariants(
  note: (text: string) => void,
  worlds = 10_000,
): Promise<Record<string, number>> {
  const portions: WorldPortion[] = [];
  for (let from = 0; from < worlds; from += portion) portions.push({ from, until: Math.min(worlds, from + portion) });
  const begun = performance.now();
  let done = 0;
  let violations = 0;
  await Promise.all(
    Array.from({ length: workers }, async () => {
      const worker = new Worker(new URL('world-invariants-worker.ts', import.meta.url));
      for (let next = portions.shift(); next; next = portions.shift()) {
        worker.postMessage(next);
        const [judged] = (await once(worker, 'message')) as [{ worlds: number; guilty: Judged[] }];
        done += judged.worlds;
        for (const { world, violations: found } of judged.guilty) {
          violations += found.length;
          note(`world ${world}: ${found[0]?.invariant}: ${found[0]?.detail}`);
        }
        if (done % 1_000 === 0) note(`${done} worlds, ${violations} violations`);
      }
      await worker.terminate();
    }),
  );
  return {
    'invariants.worlds': done,
    'invariants.violations': violations,
    'invariants.wall_s': (performance.now() - begun) / 1_000,
  };
}
