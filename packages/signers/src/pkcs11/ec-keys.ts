import { createHash } from 'node:crypto';
import { FettleError } from '@fettle/model';
import { cki } from './cryptoki.ts';

/** The kinds of key that we use in tokens. */
export type TokenKeyKind = 'ecdsa-p256' | 'ed25519';

interface Curve {
  readonly kind: TokenKeyKind;
  readonly generate: number;
  readonly sign: number;
  /** CKA_EC_PARAMS as tokens give them; the first ones are tried first when a key is made. */
  readonly params: readonly string[];
  /** What stands before the point in a SubjectPublicKeyInfo (RFC 5480 §2, RFC 8410 §4). */
  readonly spkiPrefix: string;
  readonly pointBytes: number;
}

export const curves: readonly Curve[] = [
  {
    kind: 'ecdsa-p256',
    generate: cki.CKM_EC_KEY_PAIR_GEN,
    sign: cki.CKM_ECDSA,
    params: ['06082a8648ce3d030107'],
    spkiPrefix: '3059301306072a8648ce3d020106082a8648ce3d030107034200',
    pointBytes: 65,
  },
  {
    kind: 'ed25519',
    generate: cki.CKM_EC_EDWARDS_KEY_PAIR_GEN,
    sign: cki.CKM_EDDSA,
    // The curve's name as PrintableString is what SoftHSM takes; the object identifier (PKCS#11 3.0 §2.3.5) others.
    params: ['130c656477617264733235353139', '06032b6570'],
    spkiPrefix: '302a300506032b6570032100',
    pointBytes: 32,
  },
];

export function curveOfKind(kind: string): Curve {
  const curve = curves.find((candidate) => candidate.kind === kind);
  if (curve) return curve;
  throw new FettleError('invalid-input', `Expected ecdsa-p256 or ed25519 for a key in a token, found "${kind}".`);
}

export function curveOfParams(params: Buffer): Curve | undefined {
  return curves.find((candidate) => candidate.params.includes(params.toString('hex')));
}

/**
 * The public key as SubjectPublicKeyInfo. Tokens give the point as an OCTET STRING (PKCS#11 2.40 §2.3.3), some as is.
 * @throws FettleError `key-refused`
 */
export function spkiOf({ spkiPrefix, pointBytes, kind }: Curve, point: Buffer): Buffer {
  const wrapped = point.length === pointBytes + 2 && point[0] === 0x04 && point[1] === pointBytes;
  const bare = wrapped ? point.subarray(2) : point;
  if (bare.length !== pointBytes || (kind === 'ecdsa-p256' && bare[0] !== 0x04)) {
    const message = `Expected an uncompressed point of ${pointBytes} bytes from the token, found ${bare.length} bytes.`;
    throw new FettleError('key-refused', message);
  }
  return Buffer.concat([Buffer.from(spkiPrefix, 'hex'), bare]);
}

/** What the token is given to sign: the message for Ed25519, its SHA-256 for ECDSA. */
export function tokenInput(kind: TokenKeyKind, message: Uint8Array): Buffer {
  return kind === 'ed25519' ? Buffer.from(message) : createHash('sha256').update(message).digest();
}

/**
 * The signature in our form: Ed25519 as it is, ECDSA from r‖s (PKCS#11 2.40 §2.3.1) to DER (RFC 3279 §2.2.3).
 * @throws FettleError `key-refused`
 */
export function ourSignature(kind: TokenKeyKind, signature: Buffer): Buffer {
  if (signature.length !== 64) {
    throw new FettleError('key-refused', `Expected a signature of 64 bytes from the token, found ${signature.length}.`);
  }
  if (kind === 'ed25519') return signature;
  const body = Buffer.concat([derInteger(signature.subarray(0, 32)), derInteger(signature.subarray(32))]);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
}

// Shortest form, with a zero in front of a set top bit (X.690 §8.3).
function derInteger(bytes: Buffer): Buffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const short = bytes.subarray(start);
  const positive = (short[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), short]) : short;
  return Buffer.concat([Buffer.from([0x02, positive.length]), positive]);
}
