import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { backoffMs } from './backoff.ts';

const base = { baseMs: 1_000, capMs: 60_000, leastMs: 100 };

describe('backoff', () => {
  test('grows to its cap; the jitter is drawn after the cap', () => {
    const ceilings = [1, 2, 3, 7, 50].map((failures) => backoffMs({ ...base, failures }, () => 0.999_999));
    assert.deepEqual(ceilings.map(Math.round), [1_000, 2_000, 4_000, 60_000, 60_000]);
    assert.equal(
      backoffMs({ ...base, failures: 50 }, () => 0.5),
      30_000,
    );
  });

  test('never sooner than allowed, never sooner than asked, never beyond both', () => {
    fc.assert(
      fc.property(
        fc.nat(200),
        fc.nat(86_400_000),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (failures, asked, r) => {
          const ms = backoffMs({ ...base, failures, retryAfterMs: asked }, () => r);
          assert.ok(ms >= base.leastMs && ms >= asked);
          assert.ok(ms <= Math.max(base.capMs, asked * 1.2));
        },
      ),
    );
  });
});
