import { nameOf } from '../core/names.ts';
import { Unseen } from '../core/unseen.ts';

export const recordBytes = 512;

export interface TarHeader {
  readonly name: string;
  readonly mode: number;
  readonly userId: number;
  readonly groupId: number;
  readonly sizeBytes: number;
  /** One character. */
  readonly type: string;
  readonly linkName: string;
}

/**
 * Reads one header; null for a record of zeros.
 * @throws Unseen when its sum is wrong
 * @source POSIX.1-2017, pax: ustar interchange format; GNU tar manual, "Basic Tar Format"
 */
export function readTarHeader(bytes: Buffer, at: number): TarHeader | null {
  if (bytes.every((byte) => byte === 0)) return null;
  let sum = 8 * 0x20;
  for (let index = 0; index < recordBytes; index++) if (index < 148 || index >= 156) sum += bytes[index] ?? 0;
  if (numberIn(bytes, 148, 8) !== sum) {
    throw new Unseen('malformed', `The sum of the header at ${at} is wrong.`);
  }
  const isPosix = bytes.toString('latin1', 257, 263) === 'ustar\0';
  const name = textIn(bytes, 0, 100);
  const prefix = isPosix ? textIn(bytes, 345, 155) : '';
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    mode: numberIn(bytes, 100, 8),
    userId: numberIn(bytes, 108, 8),
    groupId: numberIn(bytes, 116, 8),
    sizeBytes: numberIn(bytes, 124, 12),
    type: String.fromCharCode(bytes[156] ?? 0),
    linkName: textIn(bytes, 157, 100),
  };
}

function textIn(bytes: Buffer, at: number, length: number): string {
  const field = bytes.subarray(at, at + length);
  const nul = field.indexOf(0);
  return nameOf(nul < 0 ? field : field.subarray(0, nul));
}

/** Octal digits, or with the top bit set a number of all bytes after the first. */
function numberIn(bytes: Buffer, at: number, length: number): number {
  const field = bytes.subarray(at, at + length);
  if (((field[0] ?? 0) & 0x80) !== 0) {
    let number = 0;
    for (const byte of field.subarray(1)) number = number * 256 + byte;
    return Number.isSafeInteger(number) ? number : Number.POSITIVE_INFINITY;
  }
  const text = field
    .toString('latin1')
    .replace(/[\0 ]+$/, '')
    .replace(/^ +/, '');
  return text === '' ? 0 : Number.parseInt(text, 8);
}
