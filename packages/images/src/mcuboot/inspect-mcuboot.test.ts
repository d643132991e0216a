import assert from 'node:assert/strict';
import { constants, createHash, generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import { changed, flipped, inspectBytes } from '../../test/broken.ts';
import { testKey, testSigner } from '../../test/keys.ts';
import { seededBytes } from '../../test/random.ts';
import { mcubootSample } from '../../test/samples.ts';
import { judgeImage } from '../judge.ts';
import { slotTrailerMagic } from './layout.ts';
import { writeMcuboot } from './write-mcuboot.ts';

const kinds = ['p256', 'ed25519', 'rsa3072'] as const;
const bodyEnd = 64 + 700;
const signedEnd = bodyEnd + 12;

/** An area of tags. */
function area(magic: number, tags: readonly (readonly [number, Uint8Array])[]): Buffer {
  const parts = tags.map(([type, data]) => Buffer.concat([u16(type), u16(data.length), data]));
  const body = Buffer.concat(parts);
  return Buffer.concat([u16(magic), u16(4 + body.length), body]);
}

function u16(value: number): Buffer {
  return Buffer.from([value & 0xff, value >> 8]);
}

/** The tags of the plain area of a sample. */
function plainTags(bytes: Buffer): (readonly [number, Buffer])[] {
  const tags: (readonly [number, Buffer])[] = [];
  for (let at = signedEnd + 4; at < bytes.length; ) {
    const end = at + 4 + bytes.readUInt16LE(at + 2);
    tags.push([bytes.readUInt16LE(at), bytes.subarray(at + 4, end)]);
    at = end;
  }
  return tags;
}

function withTags(bytes: Buffer, tags: readonly (readonly [number, Uint8Array])[]): Buffer {
  return Buffer.concat([bytes.subarray(0, signedEnd), area(0x6907, tags)]);
}

for (const kind of kinds) {
  test(`a good image signed with ${kind} says version, counter and whose signature it is`, async () => {
    const { bytes, keys } = await mcubootSample(kind);
    const found = await inspectBytes(bytes, keys);
    assert.equal(found.format, 'mcuboot');
    assert.equal(found.version, '1.2.3+45');
    assert.equal(found.counter, 7);
    assert.deepEqual(found.hashes, [{ what: 'image', algorithm: 'sha256', ok: true }]);
    assert.equal(found.signatures[0]?.verdict, 'ok');
    assert.deepEqual(found.warnings, []);
    assert.equal(found.problem, undefined);
  });

  test(`no changed byte of what ${kind} signed keeps the signature, and the hash tells`, async () => {
    const { bytes, keys } = await mcubootSample(kind, 60);
    const end = 64 + 60 + 12;
    for (let at = 0; at < end; at += kind === 'rsa3072' ? 7 : 1) {
      const found = await inspectBytes(flipped(bytes, at), keys);
      assert.ok(!found.signatures.some(({ verdict }) => verdict === 'ok'), `byte ${at}`);
      assert.ok(found.format !== 'mcuboot' || found.problem || found.hashes.some(({ ok }) => !ok), `byte ${at}`);
    }
  });

  test(`with another ${kind} key the signature is of an unknown key`, async () => {
    const { bytes } = await mcubootSample(kind);
    const found = await inspectBytes(bytes, [{ key: testKey(kind, 2).publicKey }]);
    assert.equal(found.signatures[0]?.verdict, 'unknown-key');
    assert.equal(found.signatures[0]?.keyId, null);
  });
}

test('a key that the image names and that did not sign is told as bad', async () => {
  const { bytes, keys } = await mcubootSample('p256');
  const tags = plainTags(bytes).map(
    ([type, data]) => [type, type === 0x22 ? Buffer.from(data).fill(1, 10, 20) : data] as const,
  );
  const found = await inspectBytes(withTags(bytes, tags), keys);
  assert.equal(found.signatures[0]?.verdict, 'bad');
});

test('two signatures are judged each for itself, each with the hash of the key before it', async () => {
  const { bytes, keys } = await mcubootSample('p256');
  const other = testKey('p256', 2);
  const stranger = sign('sha256', bytes.subarray(0, signedEnd), other.privateKey);
  const foreign = [
    [0x01, Buffer.alloc(32, 9)],
    [0x22, stranger],
  ] as const;
  const found = await inspectBytes(withTags(bytes, [...plainTags(bytes), ...foreign]), keys);
  assert.deepEqual(
    found.signatures.map(({ verdict }) => verdict),
    ['ok', 'unknown-key'],
  );
});

test('without the hash of a key every fitting key is tried, and zeros after the signature are padding', async () => {
  const { bytes, keys } = await mcubootSample('p256');
  const tags = plainTags(bytes).filter(([type]) => type !== 0x01);
  const padded = tags.map(
    ([type, data]) => [type, type === 0x22 ? Buffer.concat([data, Buffer.alloc(3)]) : data] as const,
  );
  const ring = [{ key: testKey('p256', 2).publicKey }, ...keys];
  assert.equal((await inspectBytes(withTags(bytes, padded), ring)).signatures[0]?.verdict, 'ok');
});

test('Ed25519 over the image itself counts where the image says so, and only there', async () => {
  const { bytes, keys } = await mcubootSample('ed25519');
  const pure = sign(null, bytes.subarray(0, signedEnd), testKey('ed25519').privateKey);
  const tags = plainTags(bytes).map(([type, data]) => [type, type === 0x24 ? pure : data] as const);
  const told = [...tags, [0x25, Buffer.from([1])]] as const;
  assert.equal((await inspectBytes(withTags(bytes, told), keys)).signatures[0]?.verdict, 'ok');
  assert.equal((await inspectBytes(withTags(bytes, tags), keys)).signatures[0]?.verdict, 'bad');
  assert.equal((await inspectBytes(flipped(withTags(bytes, told), 100), keys)).signatures[0]?.verdict, 'bad');
});

test('a signature of another image does not count here', async () => {
  const { bytes, keys } = await mcubootSample('p256');
  const other = Buffer.from(
    await writeMcuboot(
      { body: seededBytes(9, 700), version: '1.2.3', counter: 7, headerSize: 64 },
      testSigner(testKey('p256')),
    ),
  );
  const moved = withTags(bytes, plainTags(other));
  const found = await inspectBytes(moved, keys);
  assert.deepEqual(
    found.hashes.map(({ ok }) => ok),
    [false],
  );
  assert.equal(found.signatures[0]?.verdict, 'bad');
});

test('a counter outside of the signed bytes is no counter', async () => {
  const body = seededBytes(1, 700);
  const bytes = Buffer.from(
    await writeMcuboot({ body, version: '1.0.0', headerSize: 64 }, testSigner(testKey('p256'))),
  );
  const plain = bytes.subarray(bodyEnd);
  const tags = Buffer.concat([plain.subarray(4), u16(0x50), u16(4), Buffer.from([99, 0, 0, 0])]);
  const found = await inspectBytes(
    Buffer.concat([bytes.subarray(0, bodyEnd), u16(0x6907), u16(4 + tags.length), tags]),
  );
  assert.equal(found.problem, undefined);
  assert.equal(found.counter, undefined);
  assert.match(found.warnings.join(' '), /counter stands outside/);
});

test('an encrypted image claims neither hash nor signature', async () => {
  const { bytes, keys } = await mcubootSample('p256');
  const found = await inspectBytes(
    changed(bytes, (copy) => copy.writeUInt32LE(0x4, 16)),
    keys,
  );
  assert.equal(found.encrypted, true);
  assert.deepEqual(found.hashes, []);
  assert.equal(found.signatures[0]?.verdict, 'unchecked');
  const keyId = 'a'.repeat(64);
  assert.equal(judgeImage(found, { signedBy: [keyId] }).findings[0]?.code, 'encrypted');
});

test('the longer hashes and P-384 are checked, too', async () => {
  const { bytes } = await mcubootSample('p256');
  const { publicKey, privateKey } = testKey('p384');
  const signed = bytes.subarray(0, signedEnd);
  const hash = (name: string) => createHash(name).update(signed).digest();
  const keyHash = createHash('sha256')
    .update(publicKey.export({ format: 'der', type: 'spki' }))
    .digest();
  const tags = [
    [0x11, hash('sha384')],
    [0x12, hash('sha512')],
    [0x01, keyHash],
    [0x22, sign('sha384', signed, privateKey)],
  ] as const;
  const found = await inspectBytes(withTags(bytes, tags), [{ key: publicKey }]);
  assert.deepEqual(
    found.hashes.map(({ algorithm, ok }) => [algorithm, ok]),
    [
      ['sha384', true],
      ['sha512', true],
    ],
  );
  assert.equal(found.signatures[0]?.verdict, 'ok');
});

test('RSA-2048 of older boot loaders is read, in its own tag only', async () => {
  const { bytes } = await mcubootSample('p256');
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  const signature = sign('sha256', bytes.subarray(0, signedEnd), { key: privateKey, ...padding });
  for (const [type, verdict] of [
    [0x20, 'ok'],
    [0x23, 'unknown-key'],
  ] as const) {
    const found = await inspectBytes(withTags(bytes, [[type, signature]]), [{ key: publicKey }]);
    assert.equal(found.signatures[0]?.verdict, verdict);
  }
});

test('ids of hardware count where they are signed; flags that are odd are told', async () => {
  const id = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
  const protectedArea = area(0x6908, [
    [0x75, id],
    [0x80, id],
  ]);
  const { bytes } = await mcubootSample('p256');
  const head = changed(bytes.subarray(0, bodyEnd), (copy) => {
    copy.writeUInt16LE(protectedArea.length, 10);
    copy.writeUInt32LE(0x80000010, 16);
    copy.writeUInt32LE(1, 28);
  });
  const found = await inspectBytes(Buffer.concat([head, protectedArea, area(0x6907, [[0x74, id]])]));
  const uuid = '00112233-4455-6677-8899-aabbccddeeff';
  assert.deepEqual(found.hardwareIds, [`class:${uuid}`, `vendor:${uuid}`]);
  assert.match(found.warnings.join(' '), /0x80000000.*cannot be booted.*not zero.*states no hash/);
});

test('what comes after the image is told with its offset, padding is not', async () => {
  const { bytes } = await mcubootSample('p256');
  const padding = Buffer.alloc(100, 0xff);
  assert.deepEqual((await inspectBytes(Buffer.concat([bytes, padding]))).warnings, []);
  const warned = await inspectBytes(Buffer.concat([bytes, Buffer.from('more')]));
  assert.match(warned.warnings.join(), new RegExp(`at ${bytes.length}, come 4 bytes`));
  const slot = await inspectBytes(Buffer.concat([bytes, padding, slotTrailerMagic]));
  assert.match(slot.warnings.join(), /trailer of a slot/);
});

test('a program inside is told as a layer', async () => {
  const body = Buffer.concat([Buffer.from('7f454c46', 'hex'), seededBytes(1, 60)]);
  const bytes = await writeMcuboot({ body, version: '1.0.0' }, testSigner(testKey('ed25519')));
  assert.deepEqual((await inspectBytes(bytes)).layers[1], { format: 'elf', offset: 32, sizeBytes: 64 });
});

const broken: readonly (readonly [string, string, (bytes: Buffer) => Buffer])[] = [
  ['a body of 1 GiB', 'out-of-bounds', (bytes) => changed(bytes, (copy) => copy.writeUInt32LE(2 ** 30, 12))],
  ['a header of 31 bytes', 'contradiction', (bytes) => changed(bytes, (copy) => copy.writeUInt16LE(31, 8))],
  [
    'a protected area of another size',
    'contradiction',
    (bytes) => changed(bytes, (copy) => copy.writeUInt16LE(11, 10)),
  ],
  [
    'a protected area that is not announced',
    'contradiction',
    (bytes) => changed(bytes, (copy) => copy.writeUInt16LE(0, 10)),
  ],
  ['tags cut off', 'out-of-bounds', (bytes) => bytes.subarray(0, -1)],
  ['no tags', 'out-of-bounds', (bytes) => bytes.subarray(0, signedEnd)],
  [
    'a tag longer than its area',
    'out-of-bounds',
    (bytes) => changed(bytes, (copy) => copy.writeUInt16LE(0xffff, signedEnd + 6)),
  ],
  ['an area of no bytes', 'contradiction', (bytes) => changed(bytes, (copy) => copy.writeUInt16LE(0, signedEnd + 2))],
  ['two hashes', 'duplicate', (bytes) => withTags(bytes, [...plainTags(bytes), [0x10, Buffer.alloc(32)]])],
  ['two counters', 'duplicate', (bytes) => withTags(bytes, [...plainTags(bytes), [0x50, Buffer.alloc(4)]])],
  [
    '300 signatures',
    'limit',
    (bytes) =>
      withTags(
        bytes,
        Array.from({ length: 300 }, () => [0x24, Buffer.alloc(64)] as const),
      ),
  ],
  ['the header of before 2017', 'unsupported', (bytes) => changed(bytes, (copy) => copy.writeUInt8(0x3c, 0))],
];
for (const [what, code, breakIt] of broken) {
  test(`an image with ${what} ends as ${code} and claims nothing`, async () => {
    const { bytes, keys } = await mcubootSample('p256');
    const found = await inspectBytes(breakIt(bytes), keys);
    assert.equal(found.problem?.code, code);
    assert.deepEqual([found.hashes, found.signatures, found.version], [[], [], undefined]);
    assert.equal(judgeImage(found, {}).verdict, 'fail');
  });
}
