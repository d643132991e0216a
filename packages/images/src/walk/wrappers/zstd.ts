import { constants, createZstdDecompress } from 'node:zlib';
import type { OpenLayer } from '../core/open-layer.ts';
import { chunkBytes, type PartReader } from '../core/part-reader.ts';
import { Unseen } from '../core/unseen.ts';
import { throughZlib } from './through-zlib.ts';
import { type End, openWrapped } from './wrapped.ts';

const magic = 0xfd2fb528;
/** Windows beyond 64 MiB are refused. */
const maxWindowLog = 26;
const stepsOfFrame = 500;

export async function openZstd(open: OpenLayer): Promise<number | null> {
  return await openWrapped(open, (end) => unpackFrames(open.reader, end));
}

async function* unpackFrames(reader: PartReader, end: End): AsyncGenerator<Uint8Array> {
  for (let at = 0; ; at = end.at) {
    const frame = await frameAt(reader, at);
    if (!frame) return;
    reader.step(stepsOfFrame);
    if (!frame.isSkippable) {
      const params = { [constants.ZSTD_d_windowLogMax]: maxWindowLog };
      const stream = createZstdDecompress({ chunkSize: chunkBytes, params });
      yield* throughZlib(stream, reader, { offset: at, length: frame.end - at });
    }
    end.at = frame.end;
  }
}

export interface ZstdFrame {
  readonly end: number;
  readonly isSkippable: boolean;
}

/**
 * Finds where a frame ends, from the headers of its blocks.
 * @returns undefined where no frame starts
 * @source RFC 8878, 3.1
 */
export async function frameAt(reader: PartReader, at: number): Promise<ZstdFrame | undefined> {
  if (reader.size - at < 8) return undefined;
  const head = await reader.bytes('A frame', at, 8);
  const first = head.readUInt32LE(0);
  if (first >>> 4 === 0x184d2a5) {
    const end = at + 8 + head.readUInt32LE(4);
    reader.require('A frame', at, end - at);
    return { end, isSkippable: true };
  }
  if (first !== magic) return undefined;
  const descriptor = head.readUInt8(4);
  if ((descriptor & 0x08) !== 0) throw new Unseen('malformed', 'The header of a zstd frame has a reserved bit.');
  const isSingle = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  let next = at + 5 + (isSingle ? 0 : 1) + dictionaryBytes + sizeBytes;
  for (;;) {
    const header = (await reader.bytes('A block', next, 3)).readUIntLE(0, 3);
    const kind = (header >> 1) & 3;
    const size = header >> 3;
    if (kind === 3 || size > 131_072) throw new Unseen('malformed', `The zstd block at ${next} is of no known kind.`);
    next += 3 + (kind === 1 ? 1 : size);
    if ((header & 1) !== 0) break;
  }
  const end = next + ((descriptor & 4) === 0 ? 0 : 4);
  reader.require('A frame', at, end - at);
  return { end, isSkippable: false };
}
