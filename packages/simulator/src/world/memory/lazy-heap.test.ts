import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LazyHeap } from './lazy-heap.ts';

test('what is due is what looking at all of it finds, however often somebody asks and whatever changes', () => {
  const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
  const steps = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant('set' as const), key, at: fc.integer({ min: 0, max: 20 }) }),
      fc.record({ kind: fc.constant('end' as const), key }),
      fc.record({
        kind: fc.constant('ask' as const),
        until: fc.integer({ min: 0, max: 20 }),
        limit: fc.integer({ min: 1, max: 4 }),
      }),
    ),
  );
  fc.assert(
    fc.property(steps, (done) => {
      const dueAt = new Map<string, number>();
      const heap = new LazyHeap<string>({ isTrue: (item, at) => dueAt.get(item) === at, keyOf: (item) => item });
      for (const step of done) {
        if (step.kind === 'set') {
          dueAt.set(step.key, step.at);
          heap.add(step.at, step.key);
        } else if (step.kind === 'end') {
          dueAt.delete(step.key);
        } else {
          const due = [...dueAt].filter(([, at]) => at <= step.until);
          const first = due.sort(([a, at], [b, bt]) => at - bt || (a < b ? -1 : 1)).slice(0, step.limit);
          assert.deepEqual(
            heap.due(step.until, step.limit),
            first.map(([item]) => item),
          );
        }
      }
    }),
  );
});
