import { createPublicKey, type KeyObject } from 'node:crypto';
import { FettleError } from '@fettle/model';
import { kindOf } from './image-keys.ts';

/**
 * Reads a public key that images may be signed with: Ed25519, P-256, P-384, RSA of 2048, 3072 or 4096 bits. Boot loaders
 * know more kinds than releases are signed with.
 * @param pem SubjectPublicKeyInfo, PEM
 * @throws FettleError `invalid-input` for everything else
 */
export function readImageKey(pem: string): KeyObject {
  // A private key holds the public one: it would be taken as such, and then be kept and shown.
  if (pem.includes('PRIVATE KEY')) {
    throw new FettleError('invalid-input', 'Expected a public key, found a private one. It was not kept.');
  }
  const key = parse(pem);
  if (kindOf(key)) return key;
  throw new FettleError('invalid-input', 'Expected an Ed25519, P-256, P-384 or RSA key of 2048, 3072 or 4096 bits.');
}

function parse(pem: string): KeyObject {
  try {
    return createPublicKey({ key: pem, format: 'pem' });
  } catch (cause) {
    throw new FettleError('invalid-input', 'Expected a public key (SubjectPublicKeyInfo, PEM).', { cause });
  }
}
