import { FettleError } from '@fettle/model';
import { type KeyKind, type PublicKey, readPublicKey } from '@fettle/trust';
import { isObject } from '../json-call.ts';
import type { VaultSettings } from './settings.ts';
import { part, type VaultBody } from './vault-calls.ts';

/** One version of a transit key, found fit to sign with. */
export interface TransitKey {
  readonly publicKey: PublicKey;
  readonly version: number;
}

const kindOfType: Readonly<Record<string, KeyKind>> = {
  ed25519: 'ed25519',
  'ecdsa-p256': 'ecdsa-p256',
  'rsa-3072': 'rsa-pss',
  'rsa-4096': 'rsa-pss',
};
/** What stands before the 32 bytes of an Ed25519 key in a SubjectPublicKeyInfo (RFC 8410 §4). */
const ed25519Prefix = Buffer.from('302a300506032b6570032100', 'hex');

/**
 * Reads the answer about a transit key, and refuses keys that could be copied or give another public key to everybody.
 * @throws FettleError `key-refused`, `not-found` for the version
 */
export function readTransitKey(body: VaultBody, { key, version: wanted }: VaultSettings): TransitKey {
  const data = part(body, 'data');
  refuseUnsafe(data, key);
  const kind = Object.hasOwn(kindOfType, String(data.type)) ? kindOfType[String(data.type)] : undefined;
  if (!kind) throw refused(key, 'type ed25519, ecdsa-p256, rsa-3072 or rsa-4096', `type ${JSON.stringify(data.type)}`);
  const version = wanted ?? data.latest_version;
  if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 1) {
    throw refused(key, 'a latest_version', 'none');
  }
  const least = data.min_encryption_version;
  if (typeof least === 'number' && least > version) {
    throw refused(key, `a version that still signs (at least ${least})`, `version ${version}`);
  }
  const entry = part(data, 'keys')[String(version)];
  if (!isObject(entry) || typeof entry.public_key !== 'string') {
    const message = `Expected version ${version} of the key "${key}" in Vault, found none. Open the version that is there as a new key.`;
    throw new FettleError('not-found', message);
  }
  const publicKey = publicKeyOf(entry.public_key);
  if (publicKey.kind !== kind) throw refused(key, `a public key of ${kind}`, publicKey.kind);
  return { publicKey, version };
}

/** What Vault is asked, so that the signature comes in the form of `verifySignature`. */
export function signRequest({ publicKey, version }: TransitKey, message: Uint8Array): VaultBody {
  const input = Buffer.from(message).toString('base64');
  const asked = { input, key_version: version };
  // The message itself: Ed25519 of a digest is another algorithm (RFC 8032 §5.1).
  if (publicKey.kind === 'ed25519') return asked;
  const hashed = { ...asked, hash_algorithm: 'sha2-256', prehashed: false };
  if (publicKey.kind === 'ecdsa-p256') return { ...hashed, marshaling_algorithm: 'asn1' };
  // The default is the longest salt that fits, which no boot loader reads.
  return { ...hashed, signature_algorithm: 'pss', salt_length: 'hash' };
}

/** @throws FettleError `key-refused` for a signature of another version */
export function readSignature(body: VaultBody, { version }: TransitKey, key: string): Uint8Array {
  const { signature } = part(body, 'data');
  const [, found, text] = /^vault:v(\d{1,9}):([A-Za-z0-9+/]+={0,2})$/.exec(String(signature)) ?? [];
  if (found === undefined || text === undefined) throw refused(key, 'a signature vault:vN:BASE64', 'another form');
  if (Number(found) !== version) throw refused(key, `a signature of version ${version}`, `one of version ${found}`);
  return Buffer.from(text, 'base64');
}

// Unknown counts as unsafe: a Vault that does not tell may give the key to anybody.
function refuseUnsafe(data: VaultBody, key: string): void {
  if (data.exportable !== false) throw refused(key, 'exportable false', 'a key that can be exported');
  if (data.allow_plaintext_backup !== false) {
    throw refused(key, 'allow_plaintext_backup false', 'a key that can be copied out in the clear');
  }
  if (data.derived !== false) throw refused(key, 'derived false', 'a key that differs for every context');
}

function publicKeyOf(text: string): PublicKey {
  if (text.includes('BEGIN PUBLIC KEY')) return readPublicKey(text);
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length === 32) return readPublicKey(Buffer.concat([ed25519Prefix, bytes]));
  throw new FettleError('key-refused', 'Expected a public key of Vault in PEM or as 32 bytes, found another form.');
}

function refused(key: string, expected: string, found: string): FettleError {
  return new FettleError('key-refused', `Expected the key "${key}" in Vault with ${expected}, found ${found}.`);
}
