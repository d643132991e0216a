import { lzmaHeaderBytes, readLzmaHeader } from '../compression/lzma-alone.ts';
import { damaged } from '../compression/lzma-decoder.ts';
import type { OpenLayer } from '../core/open-layer.ts';
import type { PartReader } from '../core/part-reader.ts';
import { Unseen } from '../core/unseen.ts';
import { type End, openWrapped } from './wrapped.ts';
import { newWindow, slide } from './xz.ts';

const maxDictionaryBytes = 64 * 1_048_576;
/** Packed data of this format is held as a whole. */
const maxPackedBytes = 32 * 1_048_576;
const pieceBytes = 1_048_576;
const longestMatch = 273;

export async function openLzma(open: OpenLayer): Promise<number | null> {
  return await openWrapped(open, (end) => unpack(open.reader, end));
}

async function* unpack(reader: PartReader, end: End): AsyncGenerator<Uint8Array> {
  const read = await reader.source.read(0, Math.min(maxPackedBytes, reader.size));
  const packed = Buffer.from(read.buffer, read.byteOffset, read.byteLength);
  const { decoder, dictionaryBytes, sizeBytes } = readLzmaHeader(packed);
  if (dictionaryBytes > maxDictionaryBytes) {
    throw new Unseen(
      'too-large',
      `The dictionary has ${dictionaryBytes} bytes; at most ${maxDictionaryBytes} are held.`,
    );
  }
  const keep = Math.max(dictionaryBytes, 4_096);
  const window = newWindow(keep);
  let at = lzmaHeaderBytes + decoder.begin(packed, lzmaHeaderBytes);
  for (let left = sizeBytes ?? Number.MAX_SAFE_INTEGER; left > 0; ) {
    slide(window, keep, pieceBytes + longestMatch);
    const from = window.position;
    const limit = from + Math.min(left, pieceBytes);
    window.end = Math.min(limit + longestMatch, from + left);
    const done = decoder.run(window, packed, at, limit);
    at = done.at;
    left -= window.position - from;
    if (window.position > from) yield Buffer.from(window.bytes.subarray(from, window.position));
    if (done.isEnd && sizeBytes !== null && left > 0) throw damaged();
    if (done.isEnd) break;
  }
  end.at = at;
}
