import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateKeyPem, signerFromPem } from '@fettle/trust';
import { type KeyHolder, openedSigner } from './opened-signer.ts';

const key = signerFromPem(generateKeyPem().privateKeyPem);
const message = Buffer.from('release 7');

function holder(sign: KeyHolder['sign']): KeyHolder {
  return { publicKey: key.publicKey, protection: 'token', locator: 'pkcs11:token=x', sign, close: async () => {} };
}

test('a signature that its own public key does not verify never leaves', async () => {
  const other = signerFromPem(generateKeyPem().privateKeyPem);
  const signer = openedSigner(holder((bytes) => other.sign(bytes)));
  await assert.rejects(signer.sign(message), { code: 'key-refused', message: new RegExp(key.keyId) });
  const nonsense = openedSigner(holder(async () => new Uint8Array(3)));
  await assert.rejects(nonsense.sign(message), { code: 'key-refused' });
});

test('a queue that only grows is cut off, and is free again when it is served', async () => {
  const gate = Promise.withResolvers<void>();
  const signer = openedSigner(holder((bytes) => gate.promise.then(() => key.sign(bytes))));
  const waiting = Array.from({ length: 1_000 }, () => signer.sign(message));
  await assert.rejects(signer.sign(message), { code: 'overloaded' });
  gate.resolve();
  await Promise.all(waiting);
  assert.equal((await signer.sign(message)).length, 64);
});
