import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { bytesSource, inspectImage, judgeImage, writeMcuboot } from '@fettle/images';
import { generateKeyPem, signerFromPem } from '@fettle/trust';
import { testKey, testSigner } from '../../../packages/images/test/keys.ts';
import { seededBytes } from '../../../packages/images/test/random.ts';
import { need } from '../need.ts';
import { run } from '../uboot/fw-tools.ts';
import { opensslVerifies } from './openssl.ts';
import { realImages } from './pybricks.ts';
import { workFolder } from './work-folder.ts';

// Our writer is judged by fwupd's reader, and by openssl for what is signed and how.
const folder = workFolder();
const input = { body: seededBytes(1, 5_000), version: '1.2.3+45', counter: 9, headerSize: 512 };

const signedEnd = 512 + 5_000 + 12;

/** The last tag, which is the signature: found by walking, as lengths of ECDSA signatures differ. */
function signatureOf(bytes: Buffer): Buffer {
  let at = signedEnd + 4;
  for (;;) {
    const end = at + 4 + bytes.readUInt16LE(at + 2);
    if (end === bytes.length) return bytes.subarray(at + 4);
    at = end;
  }
}

if (need('MCUboot images by fwupdtool and openssl', ['fwupdtool', 'openssl'])) {
  test('fwupdtool reads the version of what we wrote', async () => {
    for (const [version, wanted] of [
      ['1.2.3+45', '1.2.3.45'],
      ['255.255.65535+4294967295', '255.255.65535.4294967295'],
    ] as const) {
      const bytes = await writeMcuboot({ ...input, version }, testSigner(testKey('p256')));
      const told = run('fwupdtool', ['firmware-parse', folder.write('mcuboot', bytes), 'nordic-hid-mcuboot']);
      assert.match(told, new RegExp(`<version>${wanted.replaceAll('.', '\\.')}</version>`));
    }
  });

  const kinds = [
    ['p256', 'ecdsa-sha256'],
    ['rsa3072', 'pss-sha256'],
    ['ed25519', 'ed25519'],
  ] as const;
  for (const [kind, form] of kinds) {
    test(`openssl verifies what was signed by ${kind}: EC and RSA the bytes, Ed25519 their digest`, async () => {
      const key = testKey(kind);
      const bytes = Buffer.from(await writeMcuboot(input, testSigner(key)));
      const signed = bytes.subarray(0, signedEnd);
      const message = kind === 'ed25519' ? createHash('sha256').update(signed).digest() : signed;
      const signature = signatureOf(bytes);
      assert.equal(opensslVerifies(folder, form, { key: key.publicKey, message, signature }), true);
      const other = Buffer.from(message).fill(1, 0, 1);
      assert.equal(opensslVerifies(folder, form, { key: key.publicKey, message: other, signature }), false);
    });
  }

  test('real programs in our images pass with a signer of the trust package, and fwupdtool reads them', async () => {
    const signer = signerFromPem(generateKeyPem().privateKeyPem);
    for (const { name, bytes: body } of realImages()) {
      const bytes = await writeMcuboot({ body, version: '7.28.0', counter: 3, headerSize: 32 }, signer);
      const found = await inspectImage(bytesSource(bytes), { keys: [signer.publicKey] });
      const demand = { format: 'mcuboot', signedBy: [signer.keyId], minCounter: 3, version: '7.28.0' } as const;
      assert.equal(judgeImage(found, demand).verdict, 'pass', name);
      const told = run('fwupdtool', ['firmware-parse', folder.write('real', bytes), 'nordic-hid-mcuboot']);
      assert.match(told, /<version>7\.28\.0/);
    }
  });
}

test('real images without a format are raw and claim nothing', async () => {
  const images = realImages();
  assert.equal(images.length, 14);
  for (const { name, bytes } of images) {
    const found = await inspectImage(bytesSource(bytes));
    assert.deepEqual(
      [found.format, found.problem, found.hashes, found.version],
      ['raw', undefined, [], undefined],
      name,
    );
  }
});
