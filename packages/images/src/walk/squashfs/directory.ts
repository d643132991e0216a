import { nameOf } from '../core/names.ts';
import { Unseen } from '../core/unseen.ts';
import type { MetadataCursor } from './metadata.ts';

export interface DirectoryEntry {
  readonly name: string;
  /** Where its inode is: a block in the table of inodes, and an offset in it. */
  readonly inodeBlock: number;
  readonly inodeOffset: number;
}

const maxInHeader = 256;

/** Reads a listing: headers, each followed by up to 256 entries. @source Linux fs/squashfs/squashfs_fs.h: squashfs_dir_* */
export async function* readDirectory(cursor: MetadataCursor, sizeBytes: number): AsyncGenerator<DirectoryEntry> {
  let left = sizeBytes;
  while (left > 0) {
    const header = await cursor.take(12);
    const count = header.readUInt32LE(0) + 1;
    const inodeBlock = header.readUInt32LE(4);
    if (count > maxInHeader)
      throw new Unseen('malformed', `A header announces ${count} entries, at most 256 are right.`);
    left -= 12;
    for (let index = 0; index < count; index++) {
      const entry = await cursor.take(8);
      const length = entry.readUInt16LE(6) + 1;
      left -= 8 + length;
      if (left < 0) throw new Unseen('malformed', 'A directory has more entries than bytes.');
      const name = nameOf(await cursor.take(length));
      yield { name, inodeBlock, inodeOffset: entry.readUInt16LE(0) };
    }
  }
}
