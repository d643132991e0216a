import { Unseen } from '../core/unseen.ts';
import { damaged } from './lzma-decoder.ts';
import { chunkAt, Lzma2Decoder } from './lzma2.ts';
import { readBlockHeader, readStreamHeader, streamHeaderBytes } from './xz-header.ts';

/**
 * Unpacks one small stream of xz, as file systems have it: one block, wholly in memory. Its check is not compared.
 * @throws Unseen when it is damaged or gives more than `most` bytes
 */
export function unpackXz(packed: Buffer, most: number): Buffer {
  readStreamHeader(packed.subarray(0, streamHeaderBytes));
  const size = ((packed[streamHeaderBytes] ?? 0) + 1) * 4;
  const { filters } = readBlockHeader(packed.subarray(streamHeaderBytes, streamHeaderBytes + size));
  const window = { bytes: Buffer.allocUnsafeSlow(most), position: 0, start: 0, end: most };
  const decoder = new Lzma2Decoder();
  let at = streamHeaderBytes + size;
  for (let chunk = chunkAt(packed, at); chunk; chunk = chunkAt(packed, at)) {
    decoder.chunk(window, chunk, packed, at);
    at += chunk.headerBytes + chunk.packedBytes;
  }
  // After the block: padding, its check, then an index, which starts with a zero.
  if (at + 1 > packed.length) throw damaged();
  const bytes = window.bytes.subarray(0, window.position);
  for (const filter of filters) filter.undo(bytes, 0);
  if (bytes.length === 0) throw new Unseen('malformed', 'A block of xz data is empty.');
  return bytes;
}
