import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { inspectBytes } from '../../test/broken.ts';
import { testKey, testSigner } from '../../test/keys.ts';
import { readHeader } from './layout.ts';
import { type McubootInput, writeMcuboot } from './write-mcuboot.ts';

const good: McubootInput = { body: Buffer.from('program'), version: '1.0.0' };

test('what is written reads back the same, whatever its fields', async () => {
  const key = testKey('ed25519');
  const input = fc.record({
    body: fc.uint8Array({ maxLength: 400 }),
    numbers: fc.tuple(fc.nat(255), fc.nat(255), fc.nat(65_535), fc.nat(0xffffffff)),
    counter: fc.option(fc.nat(0xffffffff), { nil: undefined }),
    headerSize: fc.integer({ min: 32, max: 65_535 }),
    loadAddress: fc.nat(0xffffffff),
  });
  await fc.assert(
    fc.asyncProperty(input, async ({ body, numbers: [major, minor, revision, build], counter, ...rest }) => {
      const version = `${major}.${minor}.${revision}${build === 0 ? '' : `+${build}`}`;
      const bytes = await writeMcuboot(
        { body, version, ...(counter === undefined ? {} : { counter }), ...rest },
        testSigner(key),
      );
      const found = await inspectBytes(bytes, [{ key: key.publicKey }]);
      assert.deepEqual([found.version, found.counter, found.problem], [version, counter, undefined]);
      assert.deepEqual([found.hashes[0]?.ok, found.signatures[0]?.verdict], [true, 'ok']);
      const header = readHeader(Buffer.from(bytes));
      assert.deepEqual(
        [header.headerSize, header.loadAddress, header.bodySize],
        [rest.headerSize, rest.loadAddress, body.length],
      );
    }),
    { seed: 20_264, numRuns: 60 },
  );
});

const refused: readonly (readonly [string, string, Partial<McubootInput>])[] = [
  ['a version of two numbers', 'invalid-input', { version: '1.2' }],
  ['a version that does not fit', 'invalid-input', { version: '1.256.0' }],
  ['a build that does not fit', 'invalid-input', { version: '1.0.0+4294967296' }],
  ['a short header', 'invalid-input', { headerSize: 31 }],
  ['a long header', 'invalid-input', { headerSize: 65_536 }],
  ['a negative counter', 'invalid-input', { counter: -1 }],
  ['a broken load address', 'invalid-input', { loadAddress: 0.5 }],
  ['flags of encryption', 'invalid-input', { flags: 0x8 }],
  ['a body over 16 MiB', 'too-large', { body: new Uint8Array(16 * 1_048_576 + 1) }],
];
for (const [what, code, change] of refused) {
  test(`${what} is refused with ${code}`, async () => {
    await assert.rejects(writeMcuboot({ ...good, ...change }, testSigner(testKey('ed25519'))), { code });
  });
}

test('keys that MCUboot does not know are refused before they sign', async () => {
  const sign = async () => assert.fail('signed');
  const small = generateKeyPairSync('rsa', { modulusLength: 1_024 }).publicKey;
  for (const key of [testKey('p384').publicKey, small]) {
    await assert.rejects(writeMcuboot(good, { publicKey: { key }, sign }), { code: 'invalid-input' });
  }
});

for (const kind of ['ed25519', 'p256', 'rsa3072'] as const) {
  test(`a ${kind} signer that signs with another key than it shows gives no image`, async () => {
    const { sign } = testSigner(testKey(kind, 2));
    const signer = { publicKey: { key: testKey(kind).publicKey }, sign };
    await assert.rejects(writeMcuboot(good, signer), { code: 'signature-invalid' });
    const silent = { ...signer, sign: async () => new Uint8Array(0) };
    await assert.rejects(writeMcuboot(good, silent), { code: 'signature-invalid' });
  });
}
