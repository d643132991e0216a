import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { type Bucket, takeFromAll } from './token-bucket.ts';

test('in any time span no more is taken than the burst and what flows in', () => {
  const steps = fc.array(fc.record({ waitMs: fc.integer({ min: -2_000, max: 3_000 }), asks: fc.nat(6) }), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 8 }), (list, perSecond, burst) => {
      const buckets = new Map<string, Bucket>();
      let now = 10_000;
      let forward = 0;
      let taken = 0;
      for (const { waitMs, asks } of list) {
        now += waitMs;
        forward += Math.max(0, waitMs);
        for (let i = 0; i < asks; i++) if (takeFromAll(buckets, [['a', { perSecond, burst }]], now)) taken++;
      }
      assert.ok(taken <= burst + (forward / 1_000) * perSecond + 1e-6, `${taken} of ${burst} and ${forward} ms`);
    }),
  );
});

test('a request that one bucket refuses takes nothing of the others', () => {
  const buckets = new Map<string, Bucket>();
  const rates = [
    ['own', { perSecond: 1, burst: 1 }],
    ['all', { perSecond: 1, burst: 5 }],
  ] as const;
  assert.deepEqual([takeFromAll(buckets, rates, 0), takeFromAll(buckets, rates, 0)], [true, false]);
  assert.equal(buckets.get('all')?.tokens, 4);
});
