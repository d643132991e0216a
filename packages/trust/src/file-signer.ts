import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { FettleError } from '@fettle/model';
import { keyIdOf } from './keys.ts';
import type { Signer } from './signer.ts';

/**
 * A signer over an Ed25519 private key in memory, as read from a key file (PKCS#8, PEM).
 * @throws FettleError `invalid-input` when the text is not such a key
 */
export function signerFromPem(privateKeyPem: string): Signer {
  let key: ReturnType<typeof createPrivateKey>;
  try {
    key = createPrivateKey(privateKeyPem);
  } catch (cause) {
    throw new FettleError('invalid-input', 'Expected a private key in PEM (PKCS#8).', { cause });
  }
  if (key.asymmetricKeyType !== 'ed25519') {
    throw new FettleError('invalid-input', `Expected an Ed25519 private key, found ${key.asymmetricKeyType}.`);
  }
  const publicKey = createPublicKey(key);
  const id = keyIdOf(publicKey);
  return {
    keyId: id,
    publicKey: { id, kind: 'ed25519', key: publicKey },
    sign: async (message) => sign(null, message, key),
  };
}

/** Makes a new Ed25519 key pair, both halves in PEM. */
export function generateKeyPem(): { privateKeyPem: string; publicKeyPem: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    privateKeyPem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    publicKeyPem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
  };
}
