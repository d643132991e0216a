import { constants, inflateRawSync } from 'node:zlib';
import { lzmaHeaderBytes, readLzmaHeader } from '../compression/lzma-alone.ts';
import type { PartReader } from '../core/part-reader.ts';
import { Unseen } from '../core/unseen.ts';
import { skipGzipHeader } from '../wrappers/gzip.ts';
import { lz4LegacyMagic, readLz4Header } from '../wrappers/lz4.ts';
import { frameAt } from '../wrappers/zstd.ts';

/** Packed bytes that are tried. */
const trialBytes = 4_096;
const leastGiven = 256;

/** Whether packed data follows a header of gzip: three bytes of magic are in many programs by chance. */
export async function isGzipAt(reader: PartReader, at: number): Promise<boolean> {
  return await holds(async () => {
    const data = await skipGzipHeader(reader, at);
    const packed = await reader.bytes('A trial', data, Math.min(trialBytes, reader.size - data));
    return inflateRawSync(packed, { finishFlush: constants.Z_SYNC_FLUSH }).length >= leastGiven;
  });
}

export async function isLzmaAt(reader: PartReader, at: number): Promise<boolean> {
  return await holds(async () => {
    const packed = Buffer.from(await reader.bytes('A trial', at, Math.min(trialBytes, reader.size - at)));
    const { decoder } = readLzmaHeader(packed);
    const bytes = Buffer.alloc(trialBytes);
    const window = { bytes, position: 0, start: 0, end: bytes.length };
    const begun = decoder.begin(packed, lzmaHeaderBytes);
    // Half of what is packed suffices for as many bytes unless it is noise.
    decoder.run(window, packed, lzmaHeaderBytes + begun, leastGiven);
    return window.position >= leastGiven;
  });
}

export async function isZstdAt(reader: PartReader, at: number): Promise<boolean> {
  return await holds(async () => (await frameAt(reader, at)) !== undefined);
}

export async function isLz4At(reader: PartReader, at: number): Promise<boolean> {
  return await holds(async () => {
    const head = await reader.bytes('A trial', at, 16);
    if (head.readUInt32LE(0) !== lz4LegacyMagic) {
      const { headerBytes, blockBytes } = readLz4Header(head);
      const length = (await reader.bytes('A trial', at + headerBytes, 4)).readUInt32LE(0) & 0x7fffffff;
      return length > 0 && length <= blockBytes && at + headerBytes + 4 + length <= reader.size;
    }
    const length = head.readUInt32LE(4);
    return length > leastGiven && length < 16 * 1_048_576 && at + 8 + length <= reader.size;
  });
}

/** What cannot be read is not there. */
async function holds(trial: () => Promise<boolean>): Promise<boolean> {
  try {
    return await trial();
  } catch (error) {
    if (error instanceof Unseen || isOfZlib(error)) return false;
    throw error;
  }
}

function isOfZlib(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^(Z_|ZSTD_|ERR_BUFFER|ERR_OUT_OF)/.test(String(error.code));
}
