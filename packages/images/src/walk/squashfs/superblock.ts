import { type BlockFormat, blockUnpackers, type Unpack } from '../compression/block-unpackers.ts';
import type { PartReader } from '../core/part-reader.ts';
import { Unseen } from '../core/unseen.ts';

export interface Superblock {
  readonly unpack: Unpack;
  readonly blockBytes: number;
  /** Bytes of the file system: padding, or a signature, may follow. */
  readonly usedBytes: number;
  readonly rootInode: bigint;
  readonly idCount: number;
  readonly fragmentCount: number;
  readonly tables: Readonly<Record<'ids' | 'inodes' | 'directories' | 'fragments', number>>;
}

const superblockBytes = 96;
const maxBlockBytes = 1_048_576;
const compressors: ReadonlyMap<number, BlockFormat> = new Map([
  [1, 'zlib'],
  [2, 'lzma'],
  [3, 'lzo'],
  [4, 'xz'],
  [5, 'lz4'],
  [6, 'zstd'],
]);

/** Reads the superblock, little endian. @source Linux Documentation/filesystems/squashfs */
export async function readSuperblock(reader: PartReader): Promise<Superblock> {
  const bytes = await reader.bytes('The superblock', 0, superblockBytes);
  const compressor = bytes.readUInt16LE(20);
  const format = compressors.get(compressor);
  if (!format) throw new Unseen('unsupported', `Expected a compressor from 1 to 6, found ${compressor}.`);
  const blockBytes = bytes.readUInt32LE(12);
  if (blockBytes < 4_096 || blockBytes > maxBlockBytes) {
    throw new Unseen('malformed', `Expected blocks of 4 KiB to 1 MiB, found ${blockBytes} bytes.`);
  }
  const usedBytes = offsetAt(bytes, 40);
  reader.require('The file system', 0, usedBytes);
  return {
    unpack: blockUnpackers[format],
    blockBytes,
    usedBytes,
    rootInode: bytes.readBigUInt64LE(32),
    idCount: bytes.readUInt16LE(26),
    fragmentCount: bytes.readUInt32LE(16),
    tables: {
      ids: offsetAt(bytes, 48),
      inodes: offsetAt(bytes, 64),
      directories: offsetAt(bytes, 72),
      fragments: bytes.readUInt32LE(16) === 0 ? 0 : offsetAt(bytes, 80),
    },
  };
}

function offsetAt(bytes: Buffer, at: number): number {
  const value = bytes.readBigUInt64LE(at);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new Unseen('malformed', `The superblock has ${value} at ${at}.`);
  return Number(value);
}
