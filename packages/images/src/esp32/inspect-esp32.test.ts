import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changed, flipped, inspectBytes } from '../../test/broken.ts';
import { testKey } from '../../test/keys.ts';
import { seededBytes } from '../../test/random.ts';
import { esp32Sample } from '../../test/samples.ts';
import { sealBlock, signatureBlock, signEsp32, writeEsp32 } from '../../test/write-esp32.ts';
import { judgeImage } from '../judge.ts';

const code = [seededBytes(2, 500), seededBytes(3, 321)] as const;
const input = { chipId: 9, version: 'v2.5.0', secureVersion: 3, code, hasHash: true };
const kinds = ['rsa3072', 'p256', 'p384'] as const;
const blockAt = 4096;

/** The sample with its first signature block changed and sealed again. */
function withBlock(bytes: Buffer, change: (block: Buffer) => void): Buffer {
  return changed(bytes, (copy) => {
    const block = copy.subarray(blockAt, blockAt + 1216);
    change(block);
    sealBlock(block);
  });
}

test('an image says its chip, version, secure version and what made it', async () => {
  const found = await inspectBytes(writeEsp32(input));
  assert.deepEqual(
    [found.format, found.version, found.counter, found.hardwareIds],
    ['esp32', 'v2.5.0', 3, ['esp32-s3']],
  );
  assert.match(found.description ?? '', /blinky.*v5\.4\.1/);
  assert.deepEqual(
    found.hashes.map(({ algorithm, ok }) => [algorithm, ok]),
    [
      ['xor8', true],
      ['sha256', true],
    ],
  );
  assert.deepEqual([found.signatures, found.unsigned], [[], ['image']]);
});

test('a chip that is newer than our table keeps its number', async () => {
  const found = await inspectBytes(writeEsp32({ ...input, chipId: 99, hasHash: false }));
  assert.deepEqual(found.hardwareIds, ['esp-chip:0x00000063']);
  assert.equal(found.hashes.length, 1);
});

for (const kind of kinds) {
  test(`a Secure Boot signature by ${kind} is good with its key and of an unknown key without`, async () => {
    const { bytes, keys } = esp32Sample(kind);
    const [signature] = (await inspectBytes(bytes, keys)).signatures;
    assert.equal(signature?.verdict, 'ok');
    assert.match(signature?.keyHint ?? '', /^[0-9a-f]{64}$/);
    // The block brings its own key: that it verifies with that is no reason to trust it.
    const stranger = await inspectBytes(bytes, [{ key: testKey(kind, 2).publicKey }]);
    assert.equal(stranger.signatures[0]?.verdict, 'unknown-key');
    assert.equal(stranger.signatures[0]?.keyId, signature?.keyId);
  });

  test(`no changed byte before the sector keeps the signature by ${kind}`, async () => {
    const { bytes, keys } = esp32Sample(kind);
    for (let at = 0; at < blockAt; at += 61) {
      const found = await inspectBytes(flipped(bytes, at), keys);
      assert.ok(!found.signatures.some(({ verdict }) => verdict === 'ok'), `byte ${at}`);
    }
  });

  test(`no changed byte of a block by ${kind} keeps it, sealed again or not`, async () => {
    const { bytes, keys } = esp32Sample(kind);
    // RSA: all but the four after the magic numbers; ECDSA: what is used of the block.
    const used = { rsa3072: 1196, p256: 165, p384: 245 }[kind];
    for (let at = 4; at < used; at += 23) {
      const plain = await inspectBytes(flipped(bytes, blockAt + at), keys);
      const sealed = await inspectBytes(
        withBlock(bytes, (block) => block.writeUInt8(block.readUInt8(at) ^ 1, at)),
        keys,
      );
      for (const found of [plain, sealed]) assert.notEqual(found.signatures[0]?.verdict, 'ok', `byte ${at}`);
    }
  });
}

test('three blocks are three signatures, each with its own key', async () => {
  const keys = [testKey('rsa3072'), testKey('rsa3072', 2), testKey('p256')];
  const bytes = signEsp32(writeEsp32(input), keys);
  const ring = [keys[0], keys[2]].flatMap((key) => (key ? [{ key: key.publicKey }] : []));
  const found = await inspectBytes(bytes, ring);
  assert.deepEqual(
    found.signatures.map(({ verdict }) => verdict),
    ['ok', 'unknown-key', 'ok'],
  );
});

test('a block with a wrong checksum is bad, one of a newer version is not checked', async () => {
  const { bytes, keys } = esp32Sample('p256');
  const damaged = await inspectBytes(flipped(bytes, blockAt + 1196), keys);
  assert.deepEqual([damaged.signatures[0]?.verdict, damaged.signatures[0]?.keyId], ['bad', null]);
  assert.match(damaged.warnings.join(), /checksum of the block/);
  const newer = await inspectBytes(
    withBlock(bytes, (block) => block.writeUInt8(4, 1)),
    keys,
  );
  assert.equal(newer.signatures[0]?.verdict, 'unchecked');
  const curve = await inspectBytes(
    withBlock(bytes, (block) => block.writeUInt8(1, 36)),
    keys,
  );
  assert.equal(curve.signatures[0]?.verdict, 'unchecked');
});

test('a signature that was moved to another place is none', async () => {
  const { bytes, keys } = esp32Sample('p256');
  const moved = Buffer.concat([bytes.subarray(0, blockAt), Buffer.alloc(4096, 0xff), bytes.subarray(blockAt)]);
  const found = await inspectBytes(moved, keys);
  assert.deepEqual([found.signatures, found.unsigned], [[], ['image']]);
  assert.match(found.warnings.join(), /no hash covers/);
  assert.equal(judgeImage(found, { signedBy: [] }).verdict, 'fail');
});

test('a signature of another image does not count here', async () => {
  const other = signEsp32(writeEsp32({ ...input, secureVersion: 9 }), [testKey('p256')]);
  const { bytes, keys } = esp32Sample('p256');
  const found = await inspectBytes(Buffer.concat([bytes.subarray(0, blockAt), other.subarray(blockAt)]), keys);
  assert.equal(found.signatures[0]?.verdict, 'bad');
});

test('bytes after the sector and in the rest of it are told', async () => {
  const { bytes } = esp32Sample('p256');
  const trailing = await inspectBytes(Buffer.concat([bytes, Buffer.from('x')]));
  assert.match(trailing.warnings.join(), /at 8192, come 1 bytes/);
  const hidden = await inspectBytes(flipped(bytes, 8_000));
  assert.match(hidden.warnings.join(), /rest of their sector/);
});

test('a boot loader has a version in its own descriptor', async () => {
  const image = writeEsp32({ ...input, hasHash: false });
  image.fill(0, 32, 208);
  image.writeUInt8(0x50, 32);
  image.writeUInt32LE(4, 36);
  image.write('v5.4.1', 40);
  const found = await inspectBytes(image);
  assert.deepEqual([found.version, found.counter, found.description], ['4', undefined, 'boot loader, v5.4.1']);
});

test('segments that lead outside, and a hash that is neither there nor not, are malformed', async () => {
  const image = writeEsp32(input);
  const cases: readonly (readonly [string, Buffer])[] = [
    ['out-of-bounds', changed(image, (copy) => copy.writeUInt8(16, 1))],
    ['out-of-bounds', changed(image, (copy) => copy.writeUInt32LE(image.length - 32, 28))],
    ['out-of-bounds', image.subarray(0, -1)],
  ];
  for (const [wanted, bytes] of cases) {
    const found = await inspectBytes(bytes);
    assert.deepEqual([found.format, found.problem?.code, found.hashes], ['esp32', wanted, []]);
  }
});

test('the writer of blocks is deterministic where the layout is: digest, key and checksum', () => {
  const block = signatureBlock(Buffer.alloc(4096), testKey('rsa3072'));
  assert.deepEqual([...block.subarray(0, 4), block.length], [0xe7, 2, 0, 0, 1216]);
  assert.equal(block.readUInt32LE(420), 65_537);
  assert.deepEqual([...block.subarray(1200)], Array(16).fill(0));
});
