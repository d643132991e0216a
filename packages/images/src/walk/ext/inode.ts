import type { PartReader } from '../core/part-reader.ts';
import { Unseen } from '../core/unseen.ts';
import type { ExtSuperblock } from './superblock.ts';

export interface ExtInode {
  readonly number: number;
  /** Kind and permissions. */
  readonly mode: number;
  readonly userId: number;
  readonly groupId: number;
  readonly sizeBytes: number;
  readonly links: number;
  /** The 60 bytes that say where the content is, or are it. */
  readonly map: Buffer;
  readonly usesExtents: boolean;
  readonly isInline: boolean;
  readonly isEncrypted: boolean;
  /** What stands in the inode after its fixed fields: attributes, and the rest of inline data. */
  readonly extra: Buffer;
}

const flag = { encrypted: 0x800, extents: 0x80000, inline: 0x10000000 } as const;
const inodeTableAt = { low: 8, high: 40 } as const;
/** Groups have their descriptors in one table, which is read where it is needed. */
const maxGroups = 1_048_576;

/** Reads inodes by their number. @source Linux Documentation/filesystems/ext4/inodes.rst */
export class ExtInodes {
  readonly #reader: PartReader;
  readonly #superblock: ExtSuperblock;

  constructor(reader: PartReader, superblock: ExtSuperblock) {
    if (superblock.groups > maxGroups)
      throw new Unseen('too-large', `There are ${superblock.groups} groups of blocks.`);
    this.#reader = reader;
    this.#superblock = superblock;
  }

  async read(number: number): Promise<ExtInode> {
    const { inodeCount, inodesPerGroup, inodeBytes, blockBytes } = this.#superblock;
    if (number < 1 || number > inodeCount) {
      throw new Unseen('malformed', `Inode ${number} is named, but there are ${inodeCount}.`);
    }
    const table = await this.#table(Math.floor((number - 1) / inodesPerGroup));
    const at = table * blockBytes + ((number - 1) % inodesPerGroup) * inodeBytes;
    const bytes = await this.#reader.bytes(`Inode ${number}`, at, inodeBytes);
    const flags = bytes.readUInt32LE(32);
    const extraAt = inodeBytes > 128 ? 128 + bytes.readUInt16LE(128) : 128;
    return {
      number,
      mode: bytes.readUInt16LE(0),
      userId: bytes.readUInt16LE(2) + bytes.readUInt16LE(120) * 65_536,
      groupId: bytes.readUInt16LE(24) + bytes.readUInt16LE(122) * 65_536,
      sizeBytes: bytes.readUInt32LE(4) + bytes.readUInt32LE(108) * 2 ** 32,
      links: bytes.readUInt16LE(26),
      map: bytes.subarray(40, 100),
      usesExtents: (flags & flag.extents) !== 0,
      isInline: (flags & flag.inline) !== 0,
      isEncrypted: (flags & flag.encrypted) !== 0,
      extra: bytes.subarray(Math.min(extraAt, inodeBytes)),
    };
  }

  async #table(group: number): Promise<number> {
    const { descriptorsAt, blockBytes, descriptorBytes } = this.#superblock;
    const at = descriptorsAt * blockBytes + group * descriptorBytes;
    const bytes = await this.#reader.bytes('The descriptor of a group', at, descriptorBytes);
    const high = descriptorBytes >= 64 ? bytes.readUInt32LE(inodeTableAt.high) : 0;
    return bytes.readUInt32LE(inodeTableAt.low) + high * 2 ** 32;
  }
}
