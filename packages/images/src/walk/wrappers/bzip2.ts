import { unpackBzip2 } from '../compression/bzip2.ts';
import type { OpenLayer } from '../core/open-layer.ts';
import type { PartReader } from '../core/part-reader.ts';
import { type End, openWrapped } from './wrapped.ts';

/** Packed data is held as a whole. */
const maxPackedBytes = 32 * 1_048_576;

export async function openBzip2(open: OpenLayer): Promise<number | null> {
  return await openWrapped(open, (end) => unpack(open.reader, end));
}

async function* unpack(reader: PartReader, end: End): AsyncGenerator<Uint8Array> {
  const packed = await reader.source.read(0, Math.min(maxPackedBytes, reader.size));
  const ended = (at: number) => {
    end.at = at;
  };
  for (const chunk of unpackBzip2(packed, ended)) {
    // Each block costs as much as its 900 kB, however little comes out.
    reader.step(4_096);
    yield chunk;
  }
}
