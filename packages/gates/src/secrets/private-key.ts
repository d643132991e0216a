import { bitsOf, childrenOf, type DerValue, derTag, hexOf, readDer } from './der.ts';
import { isKeyMaterial } from './plausible.ts';

/** A private key in DER that parsed wholly. */
export interface DerKey {
  readonly algorithm: string;
  readonly encrypted: boolean;
  readonly from: number;
  readonly to: number;
}

// By the hex of their OID. RFC 8017, RFC 5480, RFC 8410, RFC 9881, RFC 9935.
const algorithms: Readonly<Record<string, string>> = {
  '2a864886f70d010101': 'RSA',
  '2a864886f70d01010a': 'RSA-PSS',
  '2a8648ce380401': 'DSA',
  '2a864886f70d010301': 'DH',
  '2a8648ce3d0201': 'EC',
  '2b656e': 'X25519',
  '2b656f': 'X448',
  '2b6570': 'Ed25519',
  '2b6571': 'Ed448',
  '608648016503040311': 'ML-DSA-44',
  '608648016503040312': 'ML-DSA-65',
  '608648016503040313': 'ML-DSA-87',
  '608648016503040401': 'ML-KEM-512',
  '608648016503040402': 'ML-KEM-768',
  '608648016503040403': 'ML-KEM-1024',
};
const passwordSchemes = /^(?:2a864886f70d01050[0-9a-f]|2a864886f70d010c010[1-6])$/;

/**
 * Reads a private key: PKCS#8, plain or encrypted, PKCS#1, SEC1, or DSA as OpenSSL writes it.
 * Everything is checked that can be: versions, algorithms, sizes of numbers, that parts fill the whole.
 * @source RFC 5958, RFC 8017 §A.1.2, RFC 5915
 */
export function readPrivateKey(bytes: Uint8Array, at: number): DerKey | undefined {
  const whole = readDer(bytes, at, bytes.length);
  if (whole?.tag !== derTag.sequence || whole.to - whole.from < 30) return undefined;
  const parts = childrenOf(bytes, whole, 12);
  const [first, second] = parts ?? [];
  if (parts === undefined || first === undefined || second === undefined) return undefined;
  const algorithm = readParts(bytes, parts, [first, second]);
  const encrypted = algorithm === undefined && isEncrypted(bytes, parts);
  if (algorithm === undefined && !encrypted) return undefined;
  return { algorithm: algorithm ?? 'encrypted', encrypted, from: at, to: whole.to };
}

function readParts(
  bytes: Uint8Array,
  parts: readonly DerValue[],
  [first, second]: [DerValue, DerValue],
): string | undefined {
  if (first.tag !== derTag.integer || first.to - first.from !== 1) return undefined;
  const version = bytes[first.from];
  if (second.tag === derTag.sequence && (version === 0 || version === 1)) return pkcs8(bytes, parts);
  if (second.tag === derTag.octets && version === 1) return sec1(bytes, parts);
  return version === 0 && parts.every((part) => part.tag === derTag.integer) ? numbers(bytes, parts) : undefined;
}

function pkcs8(bytes: Uint8Array, parts: readonly DerValue[]): string | undefined {
  const [, identifier, key, ...rest] = parts;
  if (identifier === undefined || key?.tag !== derTag.octets) return undefined;
  if (rest.some((part) => (part.tag & 0xc0) !== 0x80)) return undefined;
  const [oid, parameters] = childrenOf(bytes, identifier, 2) ?? [];
  if (oid?.tag !== derTag.oid) return undefined;
  const name = algorithms[hexOf(bytes, oid)];
  if (name === undefined || !isKeyMaterial(bytes.subarray(key.from, key.to))) return undefined;
  const inner = readDer(bytes, key.from, key.to);
  if (name === 'EC') return inner === undefined ? undefined : innerEc(bytes, inner, parameters);
  if (name !== 'RSA' && name !== 'RSA-PSS') return name;
  const innerParts = inner?.tag === derTag.sequence ? childrenOf(bytes, inner, 12) : undefined;
  return innerParts === undefined ? undefined : numbers(bytes, innerParts);
}

/** What comes behind the number may be cut off: imgtool leaves the head of the public half and drops the rest. */
function innerEc(bytes: Uint8Array, inner: DerValue, parameters: DerValue | undefined): string | undefined {
  const version = readDer(bytes, inner.from, inner.to);
  const key = version === undefined ? undefined : readDer(bytes, version.to, inner.to);
  if (inner.tag !== derTag.sequence || version === undefined || key === undefined) return undefined;
  return sec1(bytes, [version, key], parameters);
}

function sec1(bytes: Uint8Array, parts: readonly DerValue[], parameters?: DerValue): string | undefined {
  const [version, key, ...rest] = parts;
  if (version === undefined || bytes[version.from] !== 1 || key?.tag !== derTag.octets) return undefined;
  const size = key.to - key.from;
  if (size < 20 || size > 66 || !isKeyMaterial(bytes.subarray(key.from, key.to))) return undefined;
  if (rest.some((part) => part.tag !== derTag.first && part.tag !== derTag.second)) return undefined;
  return rest.length === 0 && parameters === undefined ? undefined : `EC, ${size * 8} bits`;
}

/** PKCS#1: version, n, e, d, p, q and three more; DSA: version, p, q, g, y, x. */
function numbers(bytes: Uint8Array, parts: readonly DerValue[]): string | undefined {
  const [, modulus, exponent, d] = parts;
  if (modulus === undefined || exponent === undefined || d === undefined) return undefined;
  const size = bitsOf(bytes, modulus);
  if (size < 384 || size > 16_384 || !isKeyMaterial(bytes.subarray(modulus.from, modulus.to))) return undefined;
  if (parts.length === 6) return bitsOf(bytes, exponent) >= 160 ? `DSA, ${size} bits` : undefined;
  const isRsa = parts.length === 9 && bitsOf(bytes, exponent) <= 64 && bitsOf(bytes, d) > size / 4;
  const [p, q] = [parts[4], parts[5]];
  if (!isRsa || p === undefined || q === undefined) return undefined;
  return Math.abs(bitsOf(bytes, p) + bitsOf(bytes, q) - size) <= 2 ? `RSA, ${size} bits` : undefined;
}

function isEncrypted(bytes: Uint8Array, parts: readonly DerValue[]): boolean {
  const [identifier, cipherText, ...rest] = parts;
  if (identifier?.tag !== derTag.sequence || cipherText?.tag !== derTag.octets || rest.length > 0) return false;
  const [oid] = childrenOf(bytes, identifier, 2) ?? [];
  return oid?.tag === derTag.oid && passwordSchemes.test(hexOf(bytes, oid)) && cipherText.to - cipherText.from >= 32;
}
