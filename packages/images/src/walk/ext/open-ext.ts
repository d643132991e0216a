import { isPlainName, nameOf } from '../core/names.ts';
import type { OpenLayer } from '../core/open-layer.ts';
import { kindOfMode } from '../core/posix-kind.ts';
import { Unseen } from '../core/unseen.ts';
import { walkLimits } from '../walk-limits.ts';
import { entriesOf } from './directory.ts';
import { contentOf } from './file-data.ts';
import { type ExtInode, ExtInodes } from './inode.ts';
import { type ExtSuperblock, readExtSuperblock } from './superblock.ts';

const rootInode = 2;
const maxDirectoryBytes = 64 * 1_048_576;
const maxTargetBytes = 4_096;

/**
 * Presents an ext2, ext3 or ext4 file system as it stands on the disk. Its journal is not played back; names of deleted
 * files and extended attributes are passed over.
 * @source Linux Documentation/filesystems/ext4
 */
export async function openExt(open: OpenLayer): Promise<number> {
  const superblock = await readExtSuperblock(open.reader);
  const usedBytes = superblock.blockCount * superblock.blockBytes;
  if (usedBytes > open.source.size) {
    const message = `The file system says to have ${usedBytes} bytes; ${open.source.size} are there.`;
    open.problem('', new Unseen('malformed', message));
  }
  await new Tree(open, superblock).walk();
  return usedBytes;
}

class Tree {
  readonly #open: OpenLayer;
  readonly #superblock: ExtSuperblock;
  readonly #inodes: ExtInodes;
  readonly #folders = new Set<number>();
  readonly #linked = new Set<number>();

  constructor(open: OpenLayer, superblock: ExtSuperblock) {
    this.#open = open;
    this.#superblock = superblock;
    this.#inodes = new ExtInodes(open.reader, superblock);
  }

  async walk(): Promise<void> {
    const root = await this.#inodes.read(rootInode);
    if (kindOfMode(root.mode) !== 'folder') throw new Unseen('malformed', 'The root is no folder.');
    await this.#folder('', root, 0);
  }

  async #folder(path: string, inode: ExtInode, depth: number): Promise<void> {
    if (this.#folders.has(inode.number)) {
      throw new Unseen('malformed', 'The folder is met a second time: folders form a loop.');
    }
    this.#folders.add(inode.number);
    if (depth > walkLimits.pathDepth) throw new Unseen('too-deep', `Folders are deeper than ${walkLimits.pathDepth}.`);
    if (inode.isEncrypted) throw new Unseen('encrypted', 'The names in the folder are encrypted.');
    if (inode.sizeBytes > maxDirectoryBytes) {
      throw new Unseen('too-large', `A folder has ${inode.sizeBytes} bytes; at most ${maxDirectoryBytes} are read.`);
    }
    for await (const block of this.#blocks(inode)) {
      for (const { name, inode: number } of entriesOf(block, this.#superblock.hasFileTypes)) {
        if (name !== '.' && name !== '..') await this.#entry({ path, depth }, name, number);
      }
    }
  }

  async *#blocks(inode: ExtInode): AsyncGenerator<Buffer> {
    const { blockBytes } = this.#superblock;
    for await (const chunk of contentOf(this.#open.reader, inode, blockBytes)) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      if (inode.isInline) {
        // The first four bytes name the parent; then come entries, those in the attribute on their own.
        yield bytes.subarray(4, 60);
        if (bytes.length > 60) yield bytes.subarray(60);
        return;
      }
      for (let at = 0; at < bytes.length; at += blockBytes) {
        this.#open.reader.step(1);
        yield bytes.subarray(at, at + blockBytes);
      }
    }
  }

  async #entry(folder: { readonly path: string; readonly depth: number }, name: string, number: number): Promise<void> {
    const path = folder.path === '' ? name : `${folder.path}/${name}`;
    try {
      if (!isPlainName(name)) throw new Unseen('malformed', 'A folder has an entry whose name is a path.');
      await this.#present(path, await this.#inodes.read(number), folder.depth + 1);
    } catch (error) {
      if (error instanceof Unseen && error.code === 'too-compressed') throw error;
      this.#open.problem(path, error);
    }
  }

  async #present(path: string, inode: ExtInode, depth: number): Promise<void> {
    const kind = kindOfMode(inode.mode);
    const { userId, groupId } = inode;
    const facts = { path, mode: inode.mode & 0o7777, userId, groupId, sizeBytes: 0 };
    if (kind === undefined) throw new Unseen('malformed', `Inode ${inode.number} is of no known kind.`);
    if (kind === 'folder') {
      await this.#open.entry({ ...facts, kind });
      await this.#folder(path, inode, depth);
    } else if (kind === 'link') await this.#open.entry({ ...facts, kind, linkTarget: await this.#target(inode) });
    else if (kind === 'file') await this.#file({ ...facts, sizeBytes: inode.sizeBytes }, inode);
    else await this.#open.entry({ ...facts, kind });
  }

  async #file(facts: Parameters<OpenLayer['file']>[0], inode: ExtInode): Promise<void> {
    const isSeen = this.#linked.has(inode.number);
    if (inode.links > 1) this.#linked.add(inode.number);
    if (isSeen || inode.isEncrypted) await this.#open.entry({ ...facts, kind: 'file' });
    if (isSeen) return;
    if (inode.isEncrypted) throw new Unseen('encrypted', 'The file is encrypted.');
    const chunks = contentOf(this.#open.reader, inode, this.#superblock.blockBytes);
    await this.#open.file(facts, { kind: 'stream', chunks });
  }

  // Short ones stand in the inode, in place of the map.
  async #target(inode: ExtInode): Promise<string> {
    if (inode.sizeBytes > maxTargetBytes) throw new Unseen('malformed', `A link has ${inode.sizeBytes} bytes.`);
    if (!inode.usesExtents && !inode.isInline && inode.sizeBytes < 60) {
      return nameOf(inode.map.subarray(0, inode.sizeBytes));
    }
    const parts: Uint8Array[] = [];
    for await (const chunk of contentOf(this.#open.reader, inode, this.#superblock.blockBytes)) parts.push(chunk);
    return nameOf(Buffer.concat(parts));
  }
}
