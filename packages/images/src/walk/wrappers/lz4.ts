import { damagedLz4, unpackLz4Into } from '../compression/lz4-block.ts';
import type { OpenLayer } from '../core/open-layer.ts';
import type { PartReader } from '../core/part-reader.ts';
import { Unseen } from '../core/unseen.ts';
import { type End, openWrapped } from './wrapped.ts';

export const lz4Magic = 0x184d2204;
export const lz4LegacyMagic = 0x184c2102;
const historyBytes = 65_536;
const legacyBlockBytes = 8 * 1_048_576;
const storedBit = 0x80000000;
const flag = { version: 0xc0, independent: 0x20, blockSum: 0x10, size: 0x8, sum: 0x4, dictionary: 0x1 } as const;

export async function openLz4(open: OpenLayer): Promise<number | null> {
  return await openWrapped(open, (end) => unpackFrames(open.reader, end));
}

/** Frames, skippable ones and those of the old form that kernels use. Checksums are not compared. @source LZ4 frame format 1.6.x */
async function* unpackFrames(reader: PartReader, end: End): AsyncGenerator<Uint8Array> {
  while (reader.size - end.at >= 8) {
    const magic = (await reader.bytes('A frame', end.at, 4)).readUInt32LE(0);
    reader.step(64);
    if (magic === lz4Magic) yield* unpackFrame(reader, end);
    else if (magic === lz4LegacyMagic) yield* unpackLegacy(reader, end);
    else if (magic >>> 4 === 0x184d2a5) {
      const length = 8 + (await reader.bytes('A frame', end.at + 4, 4)).readUInt32LE(0);
      reader.require('A frame', end.at, length);
      end.at += length;
    } else return;
  }
}

export interface Lz4FrameHeader {
  readonly headerBytes: number;
  readonly blockBytes: number;
  readonly flags: number;
}

/** Reads the header of a frame, whose first 7 bytes or more are given. */
export function readLz4Header(bytes: Buffer): Lz4FrameHeader {
  const flags = bytes.readUInt8(4);
  const code = (bytes.readUInt8(5) >> 4) & 7;
  if ((flags & flag.version) !== 0x40 || code < 4 || (bytes.readUInt8(5) & 0x8f) !== 0) {
    throw new Unseen('malformed', 'The header of an LZ4 frame contradicts itself.');
  }
  if ((flags & flag.dictionary) !== 0) throw new Unseen('unsupported', 'An LZ4 frame wants a dictionary.');
  return { headerBytes: 7 + ((flags & flag.size) === 0 ? 0 : 8), blockBytes: 2 ** (8 + 2 * code), flags };
}

async function* unpackFrame(reader: PartReader, end: End): AsyncGenerator<Uint8Array> {
  const { headerBytes, blockBytes, flags } = readLz4Header(await reader.bytes('The header of a frame', end.at, 7));
  let at = end.at + headerBytes;
  // Blocks may copy from the 64 KiB before them.
  const out = Buffer.allocUnsafeSlow(historyBytes + blockBytes);
  let pos = 0;
  for (;;) {
    const word = (await reader.bytes('A block', at, 4)).readUInt32LE(0);
    at += 4;
    if (word === 0) break;
    const length = word & ~storedBit;
    if (length > blockBytes) throw damagedLz4();
    const packed = await reader.bytes('A block', at, length);
    at += length + ((flags & flag.blockSum) === 0 ? 0 : 4);
    if (pos > historyBytes) {
      out.copyWithin(0, pos - historyBytes, pos);
      pos = historyBytes;
    }
    const start = (flags & flag.independent) === 0 ? 0 : pos;
    const from = pos;
    if ((word & storedBit) !== 0) pos += packed.copy(out, pos);
    else pos = unpackLz4Into(packed, { bytes: out.subarray(0, from + blockBytes), from, start });
    yield Buffer.from(out.subarray(from, pos));
  }
  end.at = at + ((flags & flag.sum) === 0 ? 0 : 4);
}

async function* unpackLegacy(reader: PartReader, end: End): AsyncGenerator<Uint8Array> {
  let at = end.at + 4;
  const most = legacyBlockBytes + Math.ceil(legacyBlockBytes / 255) + 16;
  while (reader.size - at >= 4) {
    const length = (await reader.bytes('A block', at, 4)).readUInt32LE(0);
    // Nothing marks the end: what cannot be a length is the next frame, or something else.
    if (length === 0 || length > most || length > reader.size - at - 4) break;
    const packed = await reader.bytes('A block', at + 4, length);
    const out = Buffer.allocUnsafeSlow(legacyBlockBytes);
    yield out.subarray(0, unpackLz4Into(packed, { bytes: out, from: 0, start: 0 }));
    at += 4 + length;
  }
  end.at = at;
}
