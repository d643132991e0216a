import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {
  logBinomialTail,
  logFactorials,
  logLeastTail,
  logLikelihoodRatio,
  logTail,
  rateInterval,
} from './exact-test.ts';

const logs = logFactorials(200);

function choose(n: number, k: number): bigint {
  if (k < 0 || k > n) return 0n;
  let result = 1n;
  for (let i = 0; i < k; i++) result = (result * BigInt(n - i)) / BigInt(i + 1);
  return result;
}

/** The upper tail in whole numbers, without any rounding before the last division. */
function slowTail(devices: number, failures: number, inside: number, insideFailures: number): number {
  let ways = 0n;
  for (let x = insideFailures; x <= Math.min(inside, failures); x++) {
    ways += choose(failures, x) * choose(devices - failures, inside - x);
  }
  return Number((ways * 10n ** 30n) / choose(devices, inside)) / 1e30;
}

const splits = fc
  .record({
    devices: fc.integer({ min: 2, max: 60 }),
    a: fc.double({ min: 0, max: 1, noNaN: true }),
    b: fc.nat(),
    c: fc.nat(),
  })
  .map(({ devices, a, b, c }) => {
    const failures = 1 + Math.floor(a * (devices - 1));
    const inside = 1 + (b % devices);
    const least = Math.max(0, inside + failures - devices);
    const insideFailures = least + (c % (Math.min(inside, failures) - least + 1));
    return { devices, failures, inside, insideFailures };
  });

test('the exact test gives the share of all ways to fail, counted one by one', () => {
  fc.assert(
    fc.property(splits, (split) => {
      const { devices, failures, inside, insideFailures } = split;
      fc.pre(insideFailures * devices > failures * inside);
      const expected = slowTail(devices, failures, inside, insideFailures);
      assert.ok(Math.abs(Math.exp(logTail(logs, split)) - expected) <= 1e-9 + expected * 1e-7);
    }),
    { numRuns: 500 },
  );
});

test('no evidence is stronger than that of a segment of the same size that failed throughout', () => {
  fc.assert(
    fc.property(splits, (split) => {
      assert.ok(logTail(logs, split) >= logLeastTail(logs, split) - 1e-9);
      assert.ok(logLikelihoodRatio(split) >= 0);
    }),
    { numRuns: 500 },
  );
});

test('a segment that fails no more often than the others is no evidence at all', () => {
  const split = { devices: 100, failures: 10, inside: 20, insideFailures: 2 };
  assert.equal(logTail(logs, split), 0);
  assert.equal(logLikelihoodRatio(split), 0);
});

test('intervals are those of Clopper and Pearson', () => {
  const rounded = (failures: number, devices: number) =>
    rateInterval(logs, failures, devices, 0.05).map((end) => Math.round(end * 1e4) / 1e4);
  assert.deepEqual(rounded(0, 10), [0, 0.3085]);
  assert.deepEqual(rounded(5, 10), [0.1871, 0.8129]);
  assert.deepEqual(rounded(10, 10), [0.6915, 1]);
  assert.deepEqual(rounded(1, 100), [0.0003, 0.0545]);
});

test('the binomial tail adds up what it should', () => {
  assert.ok(Math.abs(Math.exp(logBinomialTail(2, 3, 0.5)) - 0.5) < 1e-12);
  assert.ok(Math.abs(Math.exp(logBinomialTail(1, 20, 0.1)) - (1 - 0.9 ** 20)) < 1e-12);
  assert.equal(logBinomialTail(0, 5, 0.3), 0);
});
