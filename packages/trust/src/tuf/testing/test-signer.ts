import { constants, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type KeyKind, readPublicKey } from '../../keys.ts';
import type { Signer } from '../../signer.ts';
import type { RoleKeys } from '../metadata.ts';
import { type TufKey, tufKeyOf } from '../tuf-key.ts';

/** A signer with a new key of any kind, for repositories that live in memory. */
export function testSigner(kind: KeyKind = 'ed25519'): Signer {
  const { publicKey, privateKey } = keyPair(kind);
  const read = readPublicKey(publicKey.export({ format: 'der', type: 'spki' }));
  return { keyId: read.id, publicKey: read, sign: async (message) => signWith(kind, privateKey, message) };
}

export function testSigners(count: number): readonly Signer[] {
  return Array.from({ length: count }, () => testSigner());
}

/** A role that these signers hold. */
export function roleOf(signers: readonly Signer[], threshold: number): RoleKeys {
  return { keyids: signers.map(({ publicKey }) => tufKeyOf(publicKey).keyid), threshold };
}

/** The key objects of signers, by keyid. */
export function keysOf(...signers: readonly Signer[]): ReadonlyMap<string, TufKey> {
  return new Map(signers.map(({ publicKey }) => tufKeyOf(publicKey)).map((key) => [key.keyid, key]));
}

function keyPair(kind: KeyKind): { publicKey: KeyObject; privateKey: KeyObject } {
  switch (kind) {
    case 'ed25519':
      return generateKeyPairSync('ed25519');
    case 'ecdsa-p256':
      return generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    case 'rsa-pss':
      return generateKeyPairSync('rsa', { modulusLength: 3_072 });
    case 'ml-dsa-44':
      return generateKeyPairSync('ml-dsa-44');
  }
}

function signWith(kind: KeyKind, key: KeyObject, message: Uint8Array): Uint8Array {
  if (kind === 'ed25519' || kind === 'ml-dsa-44') return sign(null, message, key);
  if (kind === 'ecdsa-p256') return sign('sha256', message, key);
  return sign('sha256', message, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 });
}
