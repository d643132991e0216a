import { createInflateRaw } from 'node:zlib';
import type { OpenLayer } from '../core/open-layer.ts';
import { chunkBytes, type PartReader } from '../core/part-reader.ts';
import { Unseen } from '../core/unseen.ts';
import { throughZlib } from './through-zlib.ts';
import { type End, openWrapped } from './wrapped.ts';

const trailerBytes = 8;
const maxNameBytes = 65_536;
const flag = { headerSum: 0x2, extra: 0x4, name: 0x8, comment: 0x10 } as const;
/** A member of a few bytes costs as much as a small file. */
const stepsOfMember = 500;

export async function openGzip(open: OpenLayer): Promise<number | null> {
  return await openWrapped(open, (end) => gunzip(open.reader, end));
}

/** All members, one after the other. Their checksums are not compared. @source RFC 1952 */
async function* gunzip(reader: PartReader, end: End): AsyncGenerator<Uint8Array> {
  for (let at = 0; at === 0 || (await isMember(reader, at)); at = end.at) {
    reader.step(stepsOfMember);
    const start = await skipGzipHeader(reader, at);
    const stream = createInflateRaw({ chunkSize: chunkBytes });
    yield* throughZlib(stream, reader, { offset: start, length: reader.size - start });
    end.at = Math.min(reader.size, start + stream.bytesWritten + trailerBytes);
  }
}

async function isMember(reader: PartReader, at: number): Promise<boolean> {
  if (reader.size - at < 18) return false;
  return (await reader.bytes('A member', at, 4)).readUIntBE(0, 3) === 0x1f8b08;
}

/** @returns the offset of the packed data of the member at `at` */
export async function skipGzipHeader(reader: PartReader, at: number): Promise<number> {
  const header = await reader.bytes('The header of a gzip member', at, 10);
  const flags = header.readUInt8(3);
  if (header.readUIntBE(0, 3) !== 0x1f8b08 || (flags & 0xe0) !== 0) {
    throw new Unseen('malformed', `Expected a member of gzip at ${at}.`);
  }
  let data = at + 10;
  if ((flags & flag.extra) !== 0) data += 2 + (await reader.bytes('The extra field', data, 2)).readUInt16LE(0);
  for (const bit of [flag.name, flag.comment]) if ((flags & bit) !== 0) data = await afterNul(reader, data);
  return (flags & flag.headerSum) === 0 ? data : data + 2;
}

async function afterNul(reader: PartReader, at: number): Promise<number> {
  const text = await reader.bytes('A name', at, Math.max(0, Math.min(maxNameBytes, reader.size - at)));
  const nul = text.indexOf(0);
  if (nul < 0) throw new Unseen('malformed', 'A name in the header of a gzip member does not end.');
  return at + nul + 1;
}
