import { createHash, createPublicKey, type JsonWebKeyInput, type KeyObject } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { DigestName, SignatureForm } from '../reading/streamed-check.ts';
import { montgomeryNumbers, numberFromLittle } from './montgomery.ts';

export const blockBytes = 1216;
export const blockMagic = 0xe7;
const checkedBytes = 1196;

/** A signature block as it stands, or why it is none. */
export type SignatureBlock =
  | {
      readonly ok: true;
      readonly algorithm: string;
      readonly key: KeyObject;
      /** The digest that is burnt into the chip: hex SHA-256 of the key's part of the block. */
      readonly keyDigest: string;
      readonly how: { readonly digest: DigestName; readonly form: SignatureForm };
      readonly stated: Buffer;
      readonly signature: Buffer;
    }
  | { readonly ok: false; readonly algorithm: string; readonly isKnown: boolean; readonly message: string };

/**
 * Reads one block of 1216 bytes. All numbers in it are little endian; checksum and derived numbers are compared.
 * @source ESP-IDF Secure Boot v2, signature block format
 */
export function readSignatureBlock(bytes: Buffer): SignatureBlock {
  const version = bytes.readUInt8(1);
  const algorithm = version === 2 ? 'rsa3072-pss-sha256' : version === 3 ? ecdsaName(bytes) : `version ${version}`;
  const refuse = (message: string, isKnown = true) => ({ ok: false, algorithm, isKnown, message }) as const;
  if (crc32(bytes.subarray(0, checkedBytes)) !== bytes.readUInt32LE(checkedBytes)) {
    return refuse('the checksum of the block is wrong');
  }
  if (version === 2) return readRsa(bytes, algorithm);
  if (version !== 3) return refuse('this version is not known', false);
  const curve = bytes.readUInt8(2) === 1 ? p384 : p256;
  if (bytes.readUInt8(curve.keyAt) !== curve.id) return refuse('this curve is not checked', false);
  return readEcdsa(bytes, algorithm, curve);
}

interface Curve {
  readonly id: number;
  readonly name: 'P-256' | 'P-384';
  readonly digest: DigestName;
  readonly keyAt: number;
  readonly keyEnd: number;
  readonly numberBytes: number;
  readonly signatureAt: number;
}

const p256: Curve = {
  id: 2,
  name: 'P-256',
  digest: 'sha256',
  keyAt: 36,
  keyEnd: 101,
  numberBytes: 32,
  signatureAt: 101,
};
const p384: Curve = {
  id: 3,
  name: 'P-384',
  digest: 'sha384',
  keyAt: 52,
  keyEnd: 149,
  numberBytes: 48,
  signatureAt: 149,
};

function ecdsaName(bytes: Buffer): string {
  return bytes.readUInt8(2) === 1 ? 'ecdsa-p384-sha384' : 'ecdsa-p256-sha256';
}

function readRsa(bytes: Buffer, algorithm: string): SignatureBlock {
  const modulus = numberFromLittle(bytes.subarray(36, 420));
  const refuse = (message: string) => ({ ok: false, algorithm, isKnown: true, message }) as const;
  if (modulus % 2n === 0n || modulus >> 3071n !== 1n) return refuse('the modulus has not 3072 bits');
  const derived = montgomeryNumbers(modulus);
  const isDerived =
    numberFromLittle(bytes.subarray(424, 808)) === derived.rInverse && bytes.readUInt32LE(808) === derived.mPrime;
  if (!isDerived) return refuse('the numbers derived from the modulus are wrong');
  const key = keyFrom({ kty: 'RSA', n: big(bytes, 36, 384).toString('base64url'), e: exponent(bytes) });
  if (!key) return refuse('the key is none');
  return {
    ok: true,
    algorithm,
    key,
    keyDigest: sha256Hex(bytes.subarray(36, 812)),
    how: { digest: 'sha256', form: 'pss-32' },
    stated: Buffer.from(bytes.subarray(4, 36)),
    signature: big(bytes, 812, 384),
  };
}

function readEcdsa(bytes: Buffer, algorithm: string, curve: Curve): SignatureBlock {
  const { keyAt, numberBytes: length, signatureAt } = curve;
  const [x, y] = [big(bytes, keyAt + 1, length), big(bytes, keyAt + 1 + length, length)];
  const key = keyFrom({ kty: 'EC', crv: curve.name, x: x.toString('base64url'), y: y.toString('base64url') });
  if (!key) return { ok: false, algorithm, isKnown: true, message: 'the key is not on its curve' };
  return {
    ok: true,
    algorithm,
    key,
    keyDigest: sha256Hex(bytes.subarray(keyAt, curve.keyEnd)),
    how: { digest: curve.digest, form: 'r-s' },
    stated: Buffer.from(bytes.subarray(4, keyAt)),
    signature: Buffer.concat([big(bytes, signatureAt, length), big(bytes, signatureAt + length, length)]),
  };
}

function exponent(bytes: Buffer): string {
  const big4 = big(bytes, 420, 4);
  const first = big4.findIndex((byte) => byte !== 0);
  return big4.subarray(Math.max(first, 0)).toString('base64url');
}

/** A number of the block with its most significant byte first. */
function big(bytes: Buffer, offset: number, length: number): Buffer {
  return Buffer.from(bytes.subarray(offset, offset + length)).reverse();
}

function keyFrom(jwk: JsonWebKeyInput['key']): KeyObject | undefined {
  try {
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    return undefined;
  }
}

function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
