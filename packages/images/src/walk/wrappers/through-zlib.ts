import { Readable } from 'node:stream';
import type { InflateRaw, ZstdDecompress } from 'node:zlib';
import { packedProblem } from '../compression/block-unpackers.ts';
import type { PartReader } from '../core/part-reader.ts';

/** Passes a range through one stream of node:zlib; `bytesWritten` of the stream is what it took. */
export async function* throughZlib(
  stream: InflateRaw | ZstdDecompress,
  reader: PartReader,
  range: { readonly offset: number; readonly length: number },
): AsyncGenerator<Uint8Array> {
  const input = Readable.from(reader.chunks('The packed data', range.offset, range.length));
  input.on('error', (error) => stream.destroy(error));
  input.pipe(stream);
  try {
    for await (const chunk of stream) yield chunk;
  } catch (error) {
    throw packedProblem(error);
  } finally {
    input.destroy();
    stream.destroy();
  }
}
