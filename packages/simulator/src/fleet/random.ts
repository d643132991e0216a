import { createHash, createPrivateKey, type KeyObject } from 'node:crypto';

/** A stream of numbers that depends on its seed alone. */
export interface Random {
  /** From 0, below 1. */
  next(): number;
  /** From `low`, below `high`. */
  between(low: number, high: number): number;
}

type SeedPart = string | number;

/**
 * One number for a question, from 0 and below 1: the same parts always give the same answer, in any order of asking.
 */
export function fraction(...parts: readonly SeedPart[]): number {
  return digestOf(parts).readUIntBE(0, 6) / 2 ** 48;
}

/**
 * A stream of numbers for one purpose (sfc32, seeded by SHA-256 of the parts): small, fast, not for secrets.
 * @source PractRand, "Small Fast Counting"
 */
export function createRandom(...parts: readonly SeedPart[]): Random {
  const seed = digestOf(parts);
  let a = seed.readInt32LE(0);
  let b = seed.readInt32LE(4);
  let c = seed.readInt32LE(8);
  let counter = 1;
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 12; i++) next();
  return { next, between: (low, high) => low + next() * (high - low) };
}

/** PrivateKeyInfo of an Ed25519 key up to its 32 secret bytes. @source RFC 8410 §7 */
const pkcs8Ed25519Head = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The private key of a pretend device. It protects nothing: whoever knows the seed knows the key. */
export function deviceKey(seed: SeedPart, id: string): KeyObject {
  const secret = digestOf(['fettle-pretend-device-key', seed, id]);
  return createPrivateKey({ key: Buffer.concat([pkcs8Ed25519Head, secret]), format: 'der', type: 'pkcs8' });
}

/** SHA-256 of the parts; each is preceded by its length, so that no two lists of parts look alike. */
function digestOf(parts: readonly SeedPart[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) {
    const bytes = Buffer.from(String(part), 'utf8');
    hash.update(`${bytes.length}:`).update(bytes);
  }
  return hash.digest();
}
