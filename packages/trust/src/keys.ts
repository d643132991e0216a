import { constants, createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { FettleError, type KeyId, keyId } from '@fettle/model';

/** Signature algorithms by the key they go with: the key decides, never the message. */
export type KeyKind = 'ed25519' | 'ecdsa-p256' | 'rsa-pss' | 'ml-dsa-44';

/** A public key that was read and found usable. */
export interface PublicKey {
  readonly id: KeyId;
  readonly kind: KeyKind;
  readonly key: KeyObject;
}

/**
 * Reads a public key from PEM (SubjectPublicKeyInfo) or from DER.
 * @throws FettleError `invalid-input` when it is not an Ed25519, ECDSA P-256, RSA (3072 bits or more) or ML-DSA-44 key
 */
export function readPublicKey(input: string | Uint8Array): PublicKey {
  let key: KeyObject;
  try {
    key =
      typeof input === 'string'
        ? createPublicKey({ key: requirePublicPem(input), format: 'pem' })
        : createPublicKey({ key: Buffer.from(input), format: 'der', type: 'spki' });
  } catch (cause) {
    throw new FettleError('invalid-input', 'Expected a public key (SubjectPublicKeyInfo, PEM or DER).', { cause });
  }
  const kind = kindOf(key);
  if (!kind) {
    throw new FettleError(
      'invalid-input',
      'Expected an Ed25519, ECDSA P-256, RSA (3072 to 8192 bits) or ML-DSA-44 public key.',
    );
  }
  return { id: keyIdOf(key), kind, key };
}

/** The id of a key: SHA-256 of its SubjectPublicKeyInfo (DER). */
export function keyIdOf(key: KeyObject): KeyId {
  return keyId(
    createHash('sha256')
      .update(key.export({ format: 'der', type: 'spki' }))
      .digest('hex'),
  );
}

/**
 * Verifies one signature: Ed25519 and ML-DSA-44 over the message itself, ECDSA in DER (RFC 3279 §2.2.3) and RSA-PSS with
 * a salt of 32 bytes or any other length (RFC 8017 §8.1) over its SHA-256. Never throws.
 */
export function verifySignature(key: PublicKey, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    switch (key.kind) {
      case 'ed25519':
      case 'ml-dsa-44':
        return verify(null, message, key.key, signature);
      case 'ecdsa-p256':
        return verify('sha256', message, key.key, signature);
      case 'rsa-pss':
        return verify('sha256', message, pssOf(key.key), signature);
    }
  } catch {
    return false;
  }
}

function pssOf(key: KeyObject) {
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO };
}

function kindOf(key: KeyObject): KeyKind | undefined {
  if (key.type !== 'public') return undefined;
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type === 'ed25519' || type === 'ml-dsa-44') return type;
  if (type === 'ec' && details?.namedCurve === 'prime256v1') return 'ecdsa-p256';
  const bits = details?.modulusLength ?? 0;
  return type === 'rsa' && bits >= 3_072 && bits <= 8_192 ? 'rsa-pss' : undefined;
}

// node:crypto would quietly derive the public half from a private key: a private key has no business here.
function requirePublicPem(pem: string): string {
  if (!pem.includes('-----BEGIN PUBLIC KEY-----')) throw new Error('no PUBLIC KEY block');
  return pem;
}
