import { FettleError } from '@fettle/model';
import { type PublicKey, readPublicKey } from '../keys.ts';
import { encodeCanonical, type JsonObject } from './canonical.ts';
import { asRecord, asText, fail, unknownOf } from './fields.ts';
import { sha256Of } from './parse-signed.ts';

/** A key as metadata names it. */
export interface TufKey {
  /** SHA-256 of the canonical key object: not the id that `PublicKey` has. */
  readonly keyid: string;
  readonly keytype: string;
  readonly scheme: string;
  readonly public: string;
  readonly unknown: JsonObject;
}

// Prefixes of a SubjectPublicKeyInfo up to the raw key: RFC 8410 §4, RFC 9881 §4.
const rawKeys = {
  ed25519: { prefix: '302a300506032b6570032100', digits: 64 },
  'ml-dsa-44': { prefix: '30820532300b06096086480165030403110382052100', digits: 2_624 },
} as const;

/** How a key is named in metadata. @source TUF 1.0.34 §4.2.1; ML-DSA-44 is ours, beside the specified ones */
export function tufKeyOf(publicKey: PublicKey): TufKey {
  const { keytype, scheme } = names[publicKey.kind];
  const text = publicText(publicKey);
  const keyid = keyidOf({ keytype, scheme, keyval: { public: text } });
  return { keyid, keytype, scheme, public: text, unknown: {} };
}

/** The key object of metadata. */
export function encodeTufKey(key: TufKey): JsonObject {
  return { ...key.unknown, keytype: key.keytype, scheme: key.scheme, keyval: { public: key.public } };
}

/** Reads a key object. @throws Refusal `metadata-malformed`, also when the keyid is not the key's */
export function readTufKey(keyid: string, value: unknown): TufKey {
  const object = asRecord(value, 'a key');
  const keytype = asText(object.keytype, 'keytype', 64);
  const scheme = asText(object.scheme, 'scheme', 64);
  const keyval = asRecord(object.keyval, 'keyval');
  const text = asText(keyval.public, 'public', 8_192);
  // TUF 1.0.34 §4.2.1: the keyid is the hash of the canonical form of the key.
  if (keyidOf(object) !== keyid) fail(`Expected keyid ${keyid.slice(0, 12)} to be the SHA-256 of its key.`);
  return { keyid, keytype, scheme, public: text, unknown: unknownOf(object, knownMembers) };
}

/** The key itself; undefined when its scheme is not one of ours or it cannot be read: such a key counts for nothing. */
export function publicKeyOf({ keytype, scheme, public: text }: TufKey): PublicKey | undefined {
  const known = Object.entries(names).find(([, name]) => name.keytype === keytype && name.scheme === scheme);
  if (!known) return undefined;
  const [kind] = known;
  try {
    const raw = kind === 'ed25519' || kind === 'ml-dsa-44' ? rawKeys[kind] : undefined;
    if (raw && !new RegExp(`^[0-9a-f]{${raw.digits}}$`).test(text)) return undefined;
    const publicKey = readPublicKey(raw ? Buffer.from(raw.prefix + text, 'hex') : text);
    return publicKey.kind === kind ? publicKey : undefined;
  } catch (error) {
    if (error instanceof FettleError) return undefined;
    throw error;
  }
}

const knownMembers = ['keytype', 'scheme', 'keyval'];

const names = {
  ed25519: { keytype: 'ed25519', scheme: 'ed25519' },
  'ecdsa-p256': { keytype: 'ecdsa', scheme: 'ecdsa-sha2-nistp256' },
  'rsa-pss': { keytype: 'rsa', scheme: 'rsassa-pss-sha256' },
  'ml-dsa-44': { keytype: 'ml-dsa', scheme: 'ml-dsa-44' },
} as const;

function keyidOf(object: JsonObject): string {
  return sha256Of(encodeCanonical(object));
}

function publicText(publicKey: PublicKey): string {
  const { kind, key } = publicKey;
  if (kind === 'ecdsa-p256' || kind === 'rsa-pss') return key.export({ format: 'pem', type: 'spki' }).toString();
  const der = key.export({ format: 'der', type: 'spki' }).toString('hex');
  return der.slice(-rawKeys[kind].digits);
}
