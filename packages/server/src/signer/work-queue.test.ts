import assert from 'node:assert/strict';
import test from 'node:test';
import { FettleError } from '@fettle/model';
import { WorkQueue } from './work-queue.ts';

interface Work {
  readonly lane: string;
  readonly name: string;
}

function recorder() {
  const batches: string[][] = [];
  const queue = new WorkQueue<Work, string>({
    laneOf: ({ lane }) => lane,
    run: async (works) => {
      batches.push(works.map(({ name }) => name));
      return works.map(({ name }) => (name === 'bad' ? new FettleError('signing-refused', 'no') : name));
    },
  });
  return { queue, batches };
}

test('works that come together are done together, those of one lane one after the other and in order', async () => {
  const { queue, batches } = recorder();
  const works = [
    ['a', 'a1'],
    ['b', 'b1'],
    ['a', 'a2'],
    ['a', 'a3'],
    ['b', 'b2'],
  ].map(([lane = '', name = '']) => queue.add({ lane, name }));
  assert.deepEqual(await Promise.all(works), ['a1', 'b1', 'a2', 'a3', 'b2']);
  assert.deepEqual(batches, [['a1', 'b1'], ['a2', 'b2'], ['a3']]);
});

test('one that fails leaves the others alone; one that cannot be written down fails all of its batch', async () => {
  const { queue } = recorder();
  const [bad, good] = await Promise.allSettled([
    queue.add({ lane: 'a', name: 'bad' }),
    queue.add({ lane: 'b', name: 'good' }),
  ]);
  assert.deepEqual([bad.status, good.status], ['rejected', 'fulfilled']);
  const full = new WorkQueue<Work, string>({
    laneOf: ({ lane }) => lane,
    run: () => Promise.reject(new FettleError('storage-full', 'full')),
  });
  const works = ['a', 'b'].map((lane) => full.add({ lane, name: lane }));
  for (const result of await Promise.allSettled(works)) assert.equal(result.status, 'rejected');
});

test('ten thousand wait at most, and what was taken in is finished at the end', async () => {
  const { queue } = recorder();
  const works = Array.from({ length: 10_000 }, (_, at) => queue.add({ lane: String(at), name: String(at) }));
  await assert.rejects(queue.add({ lane: 'x', name: 'x' }), { code: 'overloaded' });
  await queue.close();
  assert.equal((await Promise.all(works)).length, 10_000);
  await assert.rejects(queue.add({ lane: 'x', name: 'x' }), { code: 'overloaded' });
});
