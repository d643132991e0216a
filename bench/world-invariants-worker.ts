import { parentPort } from 'node:worker_threads';
import { judgeWorlds } from '../test/system/invariants/run-worlds.ts';

/** Some worlds of the suite, by their numbers. */
export interface WorldPortion {
  readonly from: number;
  readonly until: number;
}

parentPort?.on('message', async ({ from, until }: WorldPortion) => {
  const numbers = Array.from({ length: until - from }, (_, index) => from + index);
  parentPort?.postMessage(await judgeWorlds(numbers));
});
