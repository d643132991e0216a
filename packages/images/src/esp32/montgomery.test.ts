import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { montgomeryNumbers, numberFromLittle, numberToLittle } from './montgomery.ts';

test('the derived numbers fulfil their definitions for every odd modulus of 3072 bits', () => {
  const odd = fc.bigInt({ min: 1n << 3070n, max: (1n << 3071n) - 1n }).map((half) => 2n * half + 1n);
  fc.assert(
    fc.property(odd, (modulus) => {
      const { rInverse, mPrime } = montgomeryNumbers(modulus);
      assert.equal(rInverse, (1n << 6144n) % modulus);
      assert.equal((BigInt(mPrime) * modulus + 1n) % (1n << 32n), 0n);
    }),
    { seed: 20_265, numRuns: 50 },
  );
});

test('numbers survive as little endian bytes', () => {
  assert.deepEqual([...numberToLittle(0x010203n, 4)], [3, 2, 1, 0]);
  assert.equal(numberFromLittle(Buffer.from([3, 2, 1, 0])), 0x010203n);
});
