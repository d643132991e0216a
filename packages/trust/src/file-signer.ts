import { constants, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { FettleError } from '@fettle/model';
import { type KeyKind, readPublicKey } from './keys.ts';
import type { Signer } from './signer.ts';

/**
 * A signer over a private key in memory, as read from a key file (PKCS#8, PEM).
 * @throws FettleError `invalid-input` when the text is no private key, or one of a kind that we do not sign with
 */
export function signerFromPem(privateKeyPem: string): Signer {
  let key: KeyObject;
  try {
    key = createPrivateKey(privateKeyPem);
  } catch (cause) {
    throw new FettleError('invalid-input', 'Expected a private key in PEM (PKCS#8).', { cause });
  }
  return signerFromKey(key);
}

/**
 * A signer over a private key in memory.
 * @throws FettleError `invalid-input` when it is no Ed25519, ECDSA P-256, RSA (3072 to 8192 bits) or ML-DSA-44 key
 */
export function signerFromKey(key: KeyObject): Signer {
  if (key.type !== 'private') {
    throw new FettleError('invalid-input', `Expected a private key, found a ${key.type} one.`);
  }
  const publicKey = readPublicKey(createPublicKey(key).export({ format: 'der', type: 'spki' }));
  return { keyId: publicKey.id, publicKey, sign: async (message) => signWithKey(publicKey.kind, key, message) };
}

/** Makes a new key pair, both halves in PEM (PKCS#8 and SubjectPublicKeyInfo). RSA keys have 3072 bits. */
export function generateKeyPem(kind: KeyKind = 'ed25519'): { privateKeyPem: string; publicKeyPem: string } {
  const { privateKey, publicKey } = generatePair(kind);
  return {
    privateKeyPem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    publicKeyPem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
  };
}

// The forms that verifySignature reads; the salt of RSA-PSS is as long as the hash (RFC 8017 §9.1, 32 bytes here).
function signWithKey(kind: KeyKind, key: KeyObject, message: Uint8Array): Uint8Array {
  switch (kind) {
    case 'ed25519':
    case 'ml-dsa-44':
      return sign(null, message, key);
    case 'ecdsa-p256':
      return sign('sha256', message, key);
    case 'rsa-pss':
      return sign('sha256', message, {
        key,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
      });
  }
}

function generatePair(kind: KeyKind): { privateKey: KeyObject; publicKey: KeyObject } {
  switch (kind) {
    case 'ed25519':
      return generateKeyPairSync('ed25519');
    case 'ml-dsa-44':
      return generateKeyPairSync('ml-dsa-44');
    case 'ecdsa-p256':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' });
    case 'rsa-pss':
      return generateKeyPairSync('rsa', { modulusLength: 3_072 });
  }
}
