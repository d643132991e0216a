import { hash } from 'node:crypto';

/** What a password hash in crypt(3)'s form says of itself. */
export interface CryptHash {
  readonly scheme: 'md5' | 'apr1' | 'sha256' | 'sha512';
  readonly salt: string;
  /** Hashes over hashes that one try costs. */
  readonly rounds: number;
  readonly encoded: string;
  readonly roundsAreWritten: boolean;
}

const alphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const form =
  /^\$(1|apr1|5|6)\$(?:rounds=(\d{1,9})\$)?([^$:\s]{0,16})\$([./0-9A-Za-z]{22}|[./0-9A-Za-z]{43}|[./0-9A-Za-z]{86})$/;
const encodedLength = { md5: 22, apr1: 22, sha256: 43, sha512: 86 } as const;

/** @returns undefined for other schemes (yescrypt, bcrypt, DES), which are not tried */
export function readCrypt(text: string): CryptHash | undefined {
  const [, id, rounds, salt, encoded] = form.exec(text) ?? [];
  if (id === undefined || salt === undefined || encoded === undefined) return undefined;
  const scheme = id === '1' ? 'md5' : id === 'apr1' ? 'apr1' : id === '5' ? 'sha256' : 'sha512';
  if (encoded.length !== encodedLength[scheme]) return undefined;
  const isMd5 = scheme === 'md5' || scheme === 'apr1';
  if (isMd5 && (rounds !== undefined || salt.length > 8)) return undefined;
  const asked = Math.min(Math.max(Number(rounds ?? 5_000), 1_000), 999_999_999);
  return { scheme, salt, rounds: isMd5 ? 1_000 : asked, encoded, roundsAreWritten: rounds !== undefined };
}

/** Whether a password makes this hash. Costs `rounds` hashes: the caller bounds them. */
export function isPasswordOf(password: string, crypt: CryptHash): boolean {
  const key = Buffer.from(password, 'utf8');
  const salt = Buffer.from(crypt.salt, 'latin1');
  if (crypt.scheme === 'md5' || crypt.scheme === 'apr1') {
    return md5Crypt(key, salt, crypt.scheme === 'md5' ? '$1$' : '$apr1$') === crypt.encoded;
  }
  return shaCrypt(key, salt, crypt) === crypt.encoded;
}

/** @source P.-H. Kamp, crypt(3) of FreeBSD 2.0 */
function md5Crypt(key: Buffer, salt: Buffer, magic: string): string {
  let sum = digest('md5', key, salt, key);
  const parts: Buffer[] = [key, Buffer.from(magic), salt, repeated(sum, key.length)];
  for (let bits = key.length; bits > 0; bits >>= 1) parts.push((bits & 1) === 1 ? Buffer.alloc(1) : key.subarray(0, 1));
  sum = digest('md5', ...parts);
  for (let round = 0; round < 1_000; round += 1) sum = stretch('md5', { round, sum, key, salt });
  return encode(sum, [[0, 6, 12], [1, 7, 13], [2, 8, 14], [3, 9, 15], [4, 10, 5], [11]]);
}

/** @source U. Drepper, Unix crypt using SHA-256 and SHA-512, 0.6 */
function shaCrypt(key: Buffer, salt: Buffer, { scheme, rounds }: CryptHash): string {
  const name = scheme === 'sha256' ? 'sha256' : 'sha512';
  const second = digest(name, key, salt, key);
  const parts: Buffer[] = [key, salt, repeated(second, key.length)];
  for (let bits = key.length; bits > 0; bits >>= 1) parts.push((bits & 1) === 1 ? second : key);
  let sum = digest(name, ...parts);
  const p = repeated(digest(name, ...new Array<Buffer>(key.length).fill(key)), key.length);
  const s = repeated(digest(name, ...new Array<Buffer>(16 + (sum[0] ?? 0)).fill(salt)), salt.length);
  for (let round = 0; round < rounds; round += 1) sum = stretch(name, { round, sum, key: p, salt: s });
  return encode(sum, name === 'sha256' ? sha256Order() : sha512Order());
}

interface Round {
  readonly round: number;
  readonly sum: Buffer;
  readonly key: Buffer;
  readonly salt: Buffer;
}

function stretch(name: string, { round, sum, key, salt }: Round): Buffer {
  const odd = round % 2 === 1;
  const empty = Buffer.alloc(0);
  return digest(name, odd ? key : sum, round % 3 === 0 ? empty : salt, round % 7 === 0 ? empty : key, odd ? sum : key);
}

function digest(name: string, ...parts: readonly Buffer[]): Buffer {
  return hash(name, Buffer.concat(parts), 'buffer');
}

function repeated(block: Buffer, length: number): Buffer {
  return Buffer.alloc(length, block.length > 0 ? block : 0);
}

function sha256Order(): readonly (readonly number[])[] {
  const triples: number[][] = [];
  for (let i = 0; i < 10; i += 1) triples.push(rotated([i, i + 10, i + 20], (3 - (i % 3)) % 3));
  return [...triples, [31, 30]];
}

function sha512Order(): readonly (readonly number[])[] {
  const triples: number[][] = [];
  for (let i = 0; i < 21; i += 1) triples.push(rotated([i, i + 21, i + 42], i % 3));
  return [...triples, [63]];
}

function rotated(values: readonly number[], by: number): number[] {
  return [...values.slice(by), ...values.slice(0, by)];
}

/** Groups of up to three bytes, the first the highest, as characters from the lowest six bits up. */
function encode(sum: Buffer, order: readonly (readonly number[])[]): string {
  let text = '';
  for (const group of order) {
    let value = group.reduce((bits, index) => bits * 256 + (sum[index] ?? 0), 0);
    for (let count = 0; count <= group.length; count += 1) {
      text += alphabet[value & 63];
      value >>= 6;
    }
  }
  return text;
}
