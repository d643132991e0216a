import { createHash, type KeyObject } from 'node:crypto';
import { FettleError } from '@fettle/model';

/** A public key that images may be signed with; what `readPublicKey` of the trust package gives fits. */
export interface ImageKey {
  readonly key: KeyObject;
  /** The name that a FIT's `key-name-hint` uses. */
  readonly name?: string;
}

/** What is compared: the kinds of keys that the formats know. */
export type ImageKeyKind = 'ed25519' | 'p256' | 'p384' | 'rsa2048' | 'rsa3072' | 'rsa4096';

export interface RingKey {
  readonly key: KeyObject;
  readonly kind: ImageKeyKind;
  readonly name: string | null;
  /** Hex SHA-256 of the SubjectPublicKeyInfo. */
  readonly id: string;
  /** Hex SHA-256 of what MCUboot hashes: PKCS#1 for RSA, else the SubjectPublicKeyInfo. */
  readonly mcubootId: string;
}

/** The keys of one inspection. Keys of kinds that no format uses are left out: they can have signed nothing here. */
export type KeyRing = readonly RingKey[];

/**
 * Prepares keys for comparison.
 * @throws FettleError `invalid-input` when one is not public
 */
export function keyRing(keys: readonly ImageKey[]): KeyRing {
  return keys.flatMap(({ key, name }) => {
    if (key.type !== 'public')
      throw new FettleError('invalid-input', `Expected a public key, found a ${key.type} one.`);
    const kind = kindOf(key);
    return kind ? [{ key, kind, name: name ?? null, id: spkiId(key), mcubootId: mcubootId(key) }] : [];
  });
}

/** Hex SHA-256 of the SubjectPublicKeyInfo (DER): our id of a key. */
export function spkiId(key: KeyObject): string {
  return sha256Hex(key.export({ format: 'der', type: 'spki' }));
}

/**
 * The hash by which MCUboot knows a key.
 * @source MCUboot design, TLV 0x01: SubjectPublicKeyInfo for EC and Ed25519, PKCS#1 for RSA
 */
export function mcubootId(key: KeyObject): string {
  return key.asymmetricKeyType === 'rsa' ? sha256Hex(key.export({ format: 'der', type: 'pkcs1' })) : spkiId(key);
}

/** The kind of a key, or undefined when no image format uses it. */
export function kindOf(key: KeyObject): ImageKeyKind | undefined {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type === 'ed25519') return 'ed25519';
  if (type === 'ec' && details?.namedCurve === 'prime256v1') return 'p256';
  if (type === 'ec' && details?.namedCurve === 'secp384r1') return 'p384';
  if (type !== 'rsa') return undefined;
  if (details?.modulusLength === 2_048) return 'rsa2048';
  if (details?.modulusLength === 3_072) return 'rsa3072';
  return details?.modulusLength === 4_096 ? 'rsa4096' : undefined;
}

function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
