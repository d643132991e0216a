import assert from 'node:assert/strict';
import { constants, generateKeyPairSync, type KeyObject, verify } from 'node:crypto';
import { test } from 'node:test';
import { generateKeyPem, signerFromKey, signerFromPem } from './file-signer.ts';
import { type KeyKind, readPublicKey, verifySignature } from './keys.ts';

const kinds: readonly KeyKind[] = ['ed25519', 'ecdsa-p256', 'rsa-pss', 'ml-dsa-44'];
const message = Buffer.from('release 7');

for (const kind of kinds) {
  test(`a key file of kind ${kind} signs what its public half verifies, and nothing else`, async () => {
    const { privateKeyPem, publicKeyPem } = generateKeyPem(kind);
    const signer = signerFromPem(privateKeyPem);
    const publicKey = readPublicKey(publicKeyPem);
    assert.deepEqual([signer.keyId, signer.publicKey.kind, publicKey.kind], [publicKey.id, kind, kind]);
    const signature = await signer.sign(message);
    assert.ok(verifySignature(publicKey, message, signature));
    assert.ok(!verifySignature(publicKey, Buffer.from('release 8'), signature));
    assert.ok(!verifySignature(signerFromPem(generateKeyPem(kind).privateKeyPem).publicKey, message, signature));
  });
}

test('the salt of RSA-PSS has exactly 32 bytes, as boot loaders want it', async () => {
  const { publicKey, sign } = signerFromPem(generateKeyPem('rsa-pss').privateKeyPem);
  const options = { key: publicKey.key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  assert.ok(verify('sha256', message, options, await sign(message)));
});

test('keys of other kinds, weak ones, public ones and other text are refused', () => {
  const refused = (key: KeyObject) => assert.throws(() => signerFromKey(key), { code: 'invalid-input' });
  refused(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey);
  refused(generateKeyPairSync('x25519').privateKey);
  refused(generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey);
  refused(generateKeyPairSync('ed25519').publicKey);
  assert.throws(() => signerFromPem(generateKeyPem().publicKeyPem), { code: 'invalid-input' });
  assert.throws(() => signerFromPem('hello'), { code: 'invalid-input' });
});
