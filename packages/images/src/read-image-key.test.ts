import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import test from 'node:test';
import { readImageKey } from './read-image-key.ts';

const spki = { type: 'spki', format: 'pem' } as const;

test('keys of boot loaders are read, those that release keys cannot be among them', () => {
  for (const namedCurve of ['P-256', 'P-384']) {
    const pem = generateKeyPairSync('ec', { namedCurve }).publicKey.export(spki).toString();
    assert.equal(readImageKey(pem).asymmetricKeyType, 'ec');
  }
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 }).publicKey.export(spki).toString();
  assert.equal(readImageKey(rsa).asymmetricKeyDetails?.modulusLength, 2_048);
});

test('private keys, other kinds and other texts are refused', () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const refused = (pem: string, why: RegExp) =>
    assert.throws(() => readImageKey(pem), { code: 'invalid-input', message: why });
  refused(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), /private one/);
  refused(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey.export(spki).toString(), /P-384/);
  refused(generateKeyPairSync('x25519').publicKey.export(spki).toString(), /Ed25519/);
  refused('-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n', /SubjectPublicKeyInfo/);
});
