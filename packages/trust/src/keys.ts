import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { FettleError, type KeyId, keyId } from '@fettle/model';

/** Signature algorithms by the key they go with: the key decides, never the message. */
export type KeyKind = 'ed25519' | 'ecdsa-p256';

/** A public key that was read and found usable. */
export interface PublicKey {
  readonly id: KeyId;
  readonly kind: KeyKind;
  readonly key: KeyObject;
}

/**
 * Reads a public key from PEM (SubjectPublicKeyInfo) or from DER.
 * @throws FettleError `invalid-input` when it is not an Ed25519 or ECDSA P-256 public key
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
  if (!kind) throw new FettleError('invalid-input', 'Expected an Ed25519 or ECDSA P-256 public key.');
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

/** Verifies one signature. ECDSA signatures are DER (RFC 3279 §2.2.3), over SHA-256. Never throws. */
export function verifySignature(key: PublicKey, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    return verify(key.kind === 'ed25519' ? null : 'sha256', message, key.key, signature);
  } catch {
    return false;
  }
}

function kindOf(key: KeyObject): KeyKind | undefined {
  if (key.type !== 'public') return undefined;
  if (key.asymmetricKeyType === 'ed25519') return 'ed25519';
  if (key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return 'ecdsa-p256';
  return undefined;
}

// node:crypto would quietly derive the public half from a private key: a private key has no business here.
function requirePublicPem(pem: string): string {
  if (!pem.includes('-----BEGIN PUBLIC KEY-----')) throw new Error('no PUBLIC KEY block');
  return pem;
}
