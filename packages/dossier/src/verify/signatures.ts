import { constants, createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { at, listOf, parseJson, textOf } from './values.ts';

export interface Key {
  /** SHA-256 of the SubjectPublicKeyInfo, hexadecimal. */
  readonly id: string;
  readonly key: KeyObject;
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** @throws Error when it is no public key in PEM */
export function keyOf(pem: string): Key {
  if (!pem.includes('-----BEGIN PUBLIC KEY-----')) throw new Error('not a public key in PEM');
  return identified(createPublicKey(pem));
}

export function identified(key: KeyObject): Key {
  return { id: sha256(key.export({ format: 'der', type: 'spki' })), key };
}

/** Ed25519 and ML-DSA over the message, ECDSA P-256 in DER and RSA-PSS over its SHA-256: the key decides. */
export function isSigned({ key }: Key, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    const type = key.asymmetricKeyType;
    if (type === 'ec') return verify('sha256', message, key, signature);
    if (type !== 'rsa') return verify(null, message, key, signature);
    const padding = constants.RSA_PKCS1_PSS_PADDING;
    return verify('sha256', message, { key, padding, saltLength: constants.RSA_PSS_SALTLEN_AUTO }, signature);
  } catch {
    return false;
  }
}

export interface Opened {
  readonly payload: Uint8Array;
  readonly signedBy: readonly Key[];
}

/**
 * Opens a DSSE envelope that at least one of the keys has signed; a bad signature by one of them spoils it, others are
 * passed over.
 * @source DSSE 1.0.2, envelope.md and protocol.md
 * @throws Error
 */
export function openEnvelope(bytes: Uint8Array, payloadType: string, keys: readonly Key[]): Opened {
  const envelope = parseJson(bytes);
  if (at(envelope, 'payloadType') !== payloadType) throw new Error(`not an envelope of ${payloadType}`);
  const payload = fromBase64(textOf(at(envelope, 'payload')));
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `;
  const message = Buffer.concat([Buffer.from(head), payload]);
  const signedBy = listOf(at(envelope, 'signatures')).flatMap((one) => {
    const key = keys.find(({ id }) => id === at(one, 'keyid'));
    if (!key) return [];
    if (isSigned(key, message, fromBase64(textOf(at(one, 'sig'))))) return [key];
    throw new Error(`the signature of ${key.id.slice(0, 16)} is not of these bytes`);
  });
  if (signedBy.length === 0) throw new Error('no key that may has signed it');
  return { payload, signedBy };
}

export interface Statement {
  readonly subjects: readonly string[];
  readonly predicateType: string;
  readonly predicate: unknown;
  readonly signedBy: readonly Key[];
}

/** Opens an in-toto statement v1. @throws Error */
export function openStatement(bytes: Uint8Array, keys: readonly Key[]): Statement {
  const { payload, signedBy } = openEnvelope(bytes, 'application/vnd.in-toto+json', keys);
  const statement = parseJson(payload);
  if (at(statement, '_type') !== 'https://in-toto.io/Statement/v1') throw new Error('not an in-toto statement v1');
  const subjects = listOf(at(statement, 'subject')).map((one) => textOf(at(one, 'digest', 'sha256')));
  return {
    subjects,
    predicateType: textOf(at(statement, 'predicateType')),
    predicate: at(statement, 'predicate'),
    signedBy,
  };
}

function fromBase64(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) throw new Error('not base64 in its one form');
  return bytes;
}
