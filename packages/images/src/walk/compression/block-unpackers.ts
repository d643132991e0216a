import { inflateSync, zstdDecompressSync } from 'node:zlib';
import { Unseen } from '../core/unseen.ts';
import { unpackLz4Block } from './lz4-block.ts';
import { unpackLzmaAlone } from './lzma-alone.ts';
import { unpackLzo } from './lzo.ts';
import { unpackXz } from './xz-block.ts';

export type BlockFormat = 'zlib' | 'lzma' | 'lzo' | 'xz' | 'lz4' | 'zstd';

/**
 * Unpacks one block that is wholly in memory.
 * @throws Unseen `malformed`, also for a block that would give more than `most` bytes
 */
export type Unpack = (packed: Buffer, most: number) => Buffer;

export const blockUnpackers: Readonly<Record<BlockFormat, Unpack>> = {
  zlib: (packed, most) => guarded(() => inflateSync(packed, { chunkSize: chunkOf(most), maxOutputLength: most })),
  zstd: (packed, most) =>
    guarded(() => zstdDecompressSync(packed, { chunkSize: chunkOf(most), maxOutputLength: most })),
  lzma: unpackLzmaAlone,
  lzo: unpackLzo,
  xz: unpackXz,
  lz4: unpackLz4Block,
};

// One piece for the whole block, and a little more: else the library asks for a second one only to find it empty.
function chunkOf(most: number): number {
  return most + 64;
}

function guarded(unpack: () => Buffer): Buffer {
  try {
    return unpack();
  } catch (error) {
    throw packedProblem(error);
  }
}

/** What node:zlib says of bytes that it cannot unpack. */
export function packedProblem(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ERR_BUFFER_TOO_LARGE') return new Unseen('malformed', 'A block gives more bytes than it should.');
  if (!/^(Z_|ZSTD_|ERR__ZLIB|ERR_ZSTD|ERR_ZLIB)/.test(code)) return error;
  return new Unseen('malformed', `The packed bytes are damaged or cut off (${code}).`);
}
