import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TimeHeap } from './time-heap.ts';

test('items come out in order of time, those of the same time in their own order', () => {
  const moments = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 1_000 })));
  fc.assert(
    fc.property(moments, (added) => {
      const heap = new TimeHeap<number>((a, b) => a < b);
      for (const [at, item] of added) heap.add(at, item);
      const found: [number, number][] = [];
      while (heap.first !== undefined) found.push([heap.firstAt, heap.take() as number]);
      assert.deepEqual(
        found,
        added.toSorted(([a, item], [b, other]) => a - b || item - other),
      );
      assert.equal(heap.firstAt, Number.POSITIVE_INFINITY);
    }),
  );
});

test('it holds what is added while others are taken', () => {
  const heap = new TimeHeap<string>((a, b) => a < b);
  for (let at = 500; at > 0; at--) heap.add(at, `first ${at}`);
  for (let at = 1; at <= 250; at++) {
    assert.equal(heap.take(), `first ${at}`);
    heap.add(1_000 + at, `second ${at}`);
  }
  assert.equal(heap.firstAt, 251);
});
