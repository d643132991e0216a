import { crc32 } from 'node:zlib';
import { Unseen } from '../core/unseen.ts';
import { type BranchFilter, branchFilter } from './branch-filters.ts';

export const streamHeaderBytes = 12;
const magic = 0xfd377a58;
/** By the type of the check. @source XZ file format 1.2.1, 2.1.1.2 */
const checkBytes = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64] as const;

/** What follows each block of a stream. */
export interface XzStreamHeader {
  readonly checkBytes: number;
}

export interface XzBlockHeader {
  readonly dictionaryBytes: number;
  /** To be undone after LZMA2, in this order. */
  readonly filters: readonly BranchFilter[];
}

/** Whether a stream of xz starts here. */
export function isXzHeader(bytes: Buffer): boolean {
  if (bytes.length < streamHeaderBytes || bytes.readUInt32BE(0) !== magic || bytes.readUInt16BE(4) !== 0x5a00)
    return false;
  return bytes.readUInt8(6) === 0 && crc32(bytes.subarray(6, 8)) === bytes.readUInt32LE(8);
}

/** @source XZ file format 1.2.1, 2.1.1 */
export function readStreamHeader(bytes: Buffer): XzStreamHeader {
  if (!isXzHeader(bytes)) throw wrong('header of the stream');
  return { checkBytes: checkBytes[bytes.readUInt8(7) & 0xf] ?? 0 };
}

/** Reads the header of a block, all of whose bytes are given. @source XZ file format 1.2.1, 3.1 */
export function readBlockHeader(bytes: Buffer): XzBlockHeader {
  const end = bytes.length - 4;
  if (end < 4 || crc32(bytes.subarray(0, end)) !== bytes.readUInt32LE(end)) throw wrong('header of a block');
  const flags = bytes.readUInt8(1);
  const at = { value: 2 };
  if ((flags & 0x40) !== 0) readNumber(bytes, at);
  if ((flags & 0x80) !== 0) readNumber(bytes, at);
  const filters: BranchFilter[] = [];
  for (let left = flags & 3; left > 0; left--) {
    const id = readNumber(bytes, at);
    filters.unshift(branchFilter(id, readProperties(bytes, at)));
  }
  const id = readNumber(bytes, at);
  const properties = readProperties(bytes, at);
  if (id !== 0x21 || properties.length !== 1) throw new Unseen('unsupported', `Expected LZMA2, found filter ${id}.`);
  return { filters, dictionaryBytes: dictionaryBytes(properties.readUInt8(0)) };
}

function dictionaryBytes(byte: number): number {
  if (byte > 40) throw wrong('size of the dictionary');
  return byte === 40 ? 2 ** 32 - 1 : (2 | (byte & 1)) * 2 ** (Math.floor(byte / 2) + 11);
}

function readProperties(bytes: Buffer, at: { value: number }): Buffer {
  const length = readNumber(bytes, at);
  const properties = bytes.subarray(at.value, at.value + length);
  at.value += length;
  if (properties.length !== length) throw wrong('header of a block');
  return properties;
}

// Seven bits a byte, the lowest first; headers have small numbers only where it matters.
function readNumber(bytes: Buffer, at: { value: number }): number {
  let number = 0;
  for (let index = 0; index < 9; index++) {
    const byte = bytes.readUInt8(at.value++);
    number += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return number;
  }
  throw wrong('number in a header');
}

function wrong(what: string): Unseen {
  return new Unseen('malformed', `The ${what} of xz data is damaged or cut off.`);
}
