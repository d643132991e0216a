import type { PartReader } from '../core/part-reader.ts';
import { Unseen } from '../core/unseen.ts';

export interface ExtSuperblock {
  readonly blockBytes: number;
  readonly blockCount: number;
  readonly inodeCount: number;
  readonly inodeBytes: number;
  readonly inodesPerGroup: number;
  readonly descriptorBytes: number;
  /** Block that has the descriptors of groups. */
  readonly descriptorsAt: number;
  readonly groups: number;
  readonly hasFileTypes: boolean;
}

const superblockAt = 1_024;
const superblockBytes = 1_024;
const magicAt = 56;
/** Features that change where things stand, and that are read. @source Linux Documentation/filesystems/ext4/super.rst */
const incompatible = {
  filetype: 0x2,
  recover: 0x4,
  metaGroups: 0x10,
  extents: 0x40,
  is64bit: 0x80,
  mmp: 0x100,
  flexGroups: 0x200,
  bigAttributes: 0x400,
  checksumSeed: 0x2000,
  largeDirectories: 0x4000,
  inlineData: 0x8000,
  encrypt: 0x10000,
  caseFold: 0x20000,
} as const;
const known = Object.values(incompatible).reduce((all, bit) => all | bit, 0) & ~incompatible.metaGroups;

/** Whether the 1,024 bytes from offset 1,024 on are a superblock that can be true. */
export function isExtSuperblock(bytes: Buffer, size: number): boolean {
  if (bytes.length < superblockBytes || bytes.readUInt16LE(magicAt) !== 0xef53) return false;
  const isSane = bytes.readUInt32LE(24) <= 6 && bytes.readUInt32LE(76) <= 1 && bytes.readUInt32LE(40) > 0;
  return isSane && bytes.readUInt32LE(32) > 0 && bytes.readUInt32LE(0) > 0 && size >= 4_096;
}

/** Bytes that the file system says to have. */
export function extSize(bytes: Buffer): number {
  return bytes.readUInt32LE(4) * (1_024 << bytes.readUInt32LE(24));
}

/** Reads the superblock, little endian. @source Linux Documentation/filesystems/ext4/super.rst */
export async function readExtSuperblock(reader: PartReader): Promise<ExtSuperblock> {
  const bytes = await reader.bytes('The superblock', superblockAt, superblockBytes);
  if (!isExtSuperblock(bytes, reader.size)) throw new Unseen('malformed', 'The superblock contradicts itself.');
  const isDynamic = bytes.readUInt32LE(76) === 1;
  const features = isDynamic ? bytes.readUInt32LE(96) : 0;
  const unknown = (features & ~known) >>> 0;
  if (unknown !== 0) throw new Unseen('unsupported', `Features 0x${unknown.toString(16)} of ext are not read.`);
  const blockBytes = 1_024 << bytes.readUInt32LE(24);
  const is64bit = (features & incompatible.is64bit) !== 0;
  const blockCount = bytes.readUInt32LE(4) + (is64bit ? bytes.readUInt32LE(336) * 2 ** 32 : 0);
  const inodeBytes = isDynamic ? bytes.readUInt16LE(88) : 128;
  if (inodeBytes < 128 || inodeBytes > blockBytes || (inodeBytes & (inodeBytes - 1)) !== 0) {
    throw new Unseen('malformed', `Inodes of ${inodeBytes} bytes do not fit blocks of ${blockBytes}.`);
  }
  const descriptorBytes = is64bit ? Math.max(32, bytes.readUInt16LE(254)) : 32;
  const first = bytes.readUInt32LE(20);
  return {
    blockBytes,
    blockCount,
    inodeCount: bytes.readUInt32LE(0),
    inodeBytes,
    inodesPerGroup: bytes.readUInt32LE(40),
    descriptorBytes,
    descriptorsAt: first + 1,
    groups: Math.ceil((blockCount - first) / bytes.readUInt32LE(32)),
    hasFileTypes: (features & incompatible.filetype) !== 0,
  };
}
