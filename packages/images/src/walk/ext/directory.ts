import { nameOf } from '../core/names.ts';
import { Unseen } from '../core/unseen.ts';

export interface ExtEntry {
  readonly name: string;
  readonly inode: number;
}

/**
 * Reads a directory block as a list. The blocks of an index look like one large unused entry, so they are passed over.
 * @param hasFileTypes whether the second byte of the name's length is the kind of file instead
 * @source Linux Documentation/filesystems/ext4/directory.rst
 */
export function* entriesOf(block: Buffer, hasFileTypes: boolean): Generator<ExtEntry> {
  for (let at = 0; at + 8 <= block.length; ) {
    const stated = block.readUInt16LE(at + 4);
    // With blocks of 64 KiB, an entry of all of it cannot be written down.
    const length = stated === 0 || stated === 65_535 ? block.length - at : stated;
    const nameLength = hasFileTypes ? block.readUInt8(at + 6) : block.readUInt16LE(at + 6);
    if (length < 8 || length % 4 !== 0 || at + length > block.length || 8 + nameLength > length) {
      throw new Unseen('malformed', 'An entry of a directory contradicts itself.');
    }
    const inode = block.readUInt32LE(at);
    if (inode !== 0 && nameLength > 0) yield { inode, name: nameOf(block.subarray(at + 8, at + 8 + nameLength)) };
    at += length;
  }
}
