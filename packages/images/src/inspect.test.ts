import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { inspectBytes } from '../test/broken.ts';
import { findFault } from '../test/fuzz.ts';
import { testKey } from '../test/keys.ts';
import { mcubootSample } from '../test/samples.ts';
import { inspectImage } from './inspect.ts';
import { judgeImage } from './judge.ts';

test('bytes without a format claim nothing', async () => {
  const found = await inspectBytes(Buffer.from('just bytes'));
  assert.deepEqual(found.layers, [{ format: 'raw', offset: 0, sizeBytes: 10 }]);
  assert.deepEqual([found.hashes, found.signatures, found.version, found.warnings], [[], [], undefined, []]);
});

test('a format that is recognised only says that it was not read', async () => {
  const found = await inspectBytes(Buffer.from('ANDROID!........'));
  assert.equal(found.format, 'android-boot');
  assert.match(found.warnings.join(), /not read/);
});

test('random bytes, also behind the magic numbers, never crash a reader', async () => {
  const magics = [
    '3db8f396',
    'e901',
    'e910',
    'd00dfeed',
    '27051956',
    '5546320a57515d9e',
    '7f454c46',
    '3a',
    '3a3030303030303030300a',
    '68737173',
  ];
  const input = fc.tuple(fc.constantFrom(...magics, ''), fc.uint8Array({ maxLength: 3_000 }));
  const sample = await mcubootSample('ed25519');
  await fc.assert(
    fc.asyncProperty(input, async ([magic, rest]) => {
      assert.equal(await findFault(sample, Buffer.concat([Buffer.from(magic, 'hex'), rest])), undefined);
    }),
    { seed: 20_266, numRuns: 2_000 },
  );
});

test('a source that fails is told, and no image is judged for it', async () => {
  const source = {
    size: 100,
    read: async () => {
      throw new Error('the disk is gone');
    },
  };
  await assert.rejects(inspectImage(source), /the disk is gone/);
});

test('a private key among the keys is refused', async () => {
  await assert.rejects(inspectBytes(Buffer.alloc(4), [{ key: testKey('p256').privateKey }]), { code: 'invalid-input' });
});

test('an image of 1 GiB is read in small pieces', async () => {
  const sample = await mcubootSample('ed25519');
  const head = Buffer.from(sample.bytes.subarray(0, 64));
  head.writeUInt32LE(2 ** 30 - 4_096, 12);
  let largest = 0;
  const source = {
    size: 2 ** 30,
    read: async (offset: number, length: number) => {
      largest = Math.max(largest, length);
      const bytes = Buffer.alloc(length);
      if (offset < head.length) head.copy(bytes, 0, offset);
      return bytes;
    },
  };
  const found = await inspectImage(source);
  assert.equal(found.problem?.code, 'contradiction');
  assert.ok(largest <= 65_536);
  assert.equal(judgeImage(found, {}).verdict, 'fail');
});
