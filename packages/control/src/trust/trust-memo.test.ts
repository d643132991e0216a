import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DirectorSet, deviceId } from '@fettle/model';
import type { Metadata } from '@fettle/trust';
import { createTrustMemo } from './trust-memo.ts';

const file = (version: number): Metadata => {
  const snapshot = { version: 1, length: undefined, sha256: undefined };
  return { type: 'timestamp', version, expiresAt: 0, unknown: {}, snapshot };
};

test('a file is read once, and the one that was used longest ago is let go of', () => {
  const memo = createTrustMemo();
  const reads: number[] = [];
  const read = (version: number) =>
    memo.file(`v${version}`, () => {
      reads.push(version);
      return file(version);
    });
  for (let version = 0; version < 32; version++) read(version);
  assert.equal(read(0).version, 0);
  read(32);
  read(0);
  assert.equal(reads.length, 33, 'version 0 was used again and stayed');
  read(1);
  assert.equal(reads.at(-1), 1, 'version 1 had to go');
});

test('who comes while a set is being signed waits for that one, and a failure is nobody else’s', async () => {
  const memo = createTrustMemo();
  const set: DirectorSet = {
    device: deviceId('SN-1'),
    version: 1,
    assignment: null,
    targets: '',
    snapshot: '',
    timestamp: '',
    expiresAt: 0,
  };
  let signed = 0;
  const sign = async () => {
    signed++;
    return set;
  };
  assert.deepEqual(await Promise.all([memo.signOnce('a', sign), memo.signOnce('a', sign)]), [set, set]);
  assert.equal(signed, 1);
  await assert.rejects(memo.signOnce('a', () => Promise.reject(new Error('gone'))));
  await memo.signOnce('a', sign);
  assert.equal(signed, 2);
});
