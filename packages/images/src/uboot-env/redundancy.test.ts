import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ParsedEnvironment } from './environment.ts';
import { chooseCopy, nextFlag } from './redundancy.ts';

const valid = (flag: number): ParsedEnvironment => ({ ok: true, variables: new Map(), flag });
const damaged: ParsedEnvironment = { ok: false, message: 'damaged' };

test('the only valid copy is chosen, and none when both are damaged', () => {
  assert.equal(chooseCopy(valid(0), damaged), 0);
  assert.equal(chooseCopy(damaged, valid(0)), 1);
  assert.equal(chooseCopy(damaged, damaged), undefined);
});

test('the copy that was written last is chosen, through every wrap of the flag', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 255 }), (flag) => {
      assert.equal(chooseCopy(valid(flag), valid(nextFlag(flag))), 1);
      assert.equal(chooseCopy(valid(nextFlag(flag)), valid(flag)), 0);
      assert.equal(chooseCopy(valid(flag), valid(flag)), 0);
    }),
  );
});

test('flags further apart than one write are compared as they stand, as U-Boot does', () => {
  assert.equal(chooseCopy(valid(254), valid(1)), 0);
  assert.equal(chooseCopy(valid(3), valid(200)), 1);
});

test('copies without a flag count as never bumped', () => {
  const bare: ParsedEnvironment = { ok: true, variables: new Map(), flag: null };
  assert.equal(chooseCopy(bare, valid(1)), 1);
  assert.equal(chooseCopy(bare, bare), 0);
  assert.equal(nextFlag(null), 1);
});
