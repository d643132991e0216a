import { FettleError } from '@fettle/model';

export const containerFormat = 'fettle-key/1';
/** A container of the largest RSA key is below 16 KiB. */
export const maxKeyFileBytes = 65_536;

export interface ScryptCost {
  readonly n: number;
  readonly r: number;
  readonly p: number;
}

/** A key container as it stands in the file, decoded. */
export interface KeyContainer {
  readonly format: typeof containerFormat;
  readonly keyId: string;
  readonly kind: string;
  readonly publicKey: Uint8Array;
  readonly cost: ScryptCost;
  readonly salt: Uint8Array;
  readonly iv: Uint8Array;
  readonly tag: Uint8Array;
  readonly ciphertext: Uint8Array;
}

/** Whether a file holds a container of ours, as against PEM. */
export function isContainer(text: string): boolean {
  return text.trimStart().startsWith('{');
}

/**
 * Reads a container; what it says about cost is bounded before anything is computed by it: at most 256 MiB and
 * the work of n × r × p = 2^23.
 * @throws FettleError `invalid-input`
 */
export function readContainer(text: string): KeyContainer {
  const whole = objectOf(parse(text), ['format', 'keyId', 'kind', 'publicKey', 'kdf', 'cipher', 'ciphertext']);
  if (whole.format !== containerFormat) throw refused(`format "${containerFormat}"`);
  const kdf = objectOf(whole.kdf, ['name', 'n', 'r', 'p', 'salt']);
  const cipher = objectOf(whole.cipher, ['name', 'iv', 'tag']);
  if (kdf.name !== 'scrypt' || cipher.name !== 'aes-256-gcm') throw refused('scrypt and aes-256-gcm');
  if (typeof whole.keyId !== 'string' || typeof whole.kind !== 'string') throw refused('keyId and kind');
  return {
    format: containerFormat,
    keyId: whole.keyId,
    kind: whole.kind,
    publicKey: bytesOf(whole.publicKey, { least: 32, most: 4_096 }),
    cost: costOf(kdf),
    salt: bytesOf(kdf.salt, { least: 16, most: 64 }),
    iv: bytesOf(cipher.iv, { least: 12, most: 12 }),
    tag: bytesOf(cipher.tag, { least: 16, most: 16 }),
    ciphertext: bytesOf(whole.ciphertext, { least: 32, most: 16_384 }),
  };
}

// Too little is as bad as too much: a weakened container would be opened, and its passphrase guessed.
function costOf({ n, r, p }: Readonly<Record<string, unknown>>): ScryptCost {
  if (!isWithin(n, 16_384, 262_144) || !Number.isInteger(Math.log2(n))) {
    throw refused('n as a power of two from 16384 to 262144');
  }
  if (!isWithin(r, 8, 16)) throw refused('r from 8 to 16');
  if (!isWithin(p, 1, 4)) throw refused('p from 1 to 4');
  if (n * r > 2_097_152 || n * r * p > 8_388_608) throw refused('n × r at most 2^21 and n × r × p at most 2^23');
  return { n, r, p };
}

function isWithin(value: unknown, least: number, most: number): value is number {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}

function parse(text: string): unknown {
  if (Buffer.byteLength(text) > maxKeyFileBytes) throw refused(`at most ${maxKeyFileBytes} bytes`);
  try {
    return JSON.parse(text);
  } catch {
    // Without the cause: it quotes the file.
    throw refused('JSON');
  }
}

function objectOf(value: unknown, names: readonly string[]): Record<string, unknown> {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const found = isObject ? Object.keys(value).sort().join() : '';
  if (!isObject || found !== [...names].sort().join()) throw refused(`exactly the members ${names.join(', ')}`);
  return value as Record<string, unknown>;
}

function bytesOf(value: unknown, { least, most }: { least: number; most: number }): Uint8Array {
  const bytes = Buffer.from(typeof value === 'string' ? value : '', 'base64');
  // Only one spelling for the same bytes.
  if (bytes.toString('base64') === value && bytes.length >= least && bytes.length <= most) return bytes;
  throw refused(`base64 of ${least} to ${most} bytes`);
}

function refused(expected: string): FettleError {
  return new FettleError('invalid-input', `Expected a key container (${containerFormat}) with ${expected}.`);
}
