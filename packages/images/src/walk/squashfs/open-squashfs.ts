import { isPlainName } from '../core/names.ts';
import type { OpenLayer } from '../core/open-layer.ts';
import { Unseen } from '../core/unseen.ts';
import { walkLimits } from '../walk-limits.ts';
import { type DirectoryEntry, readDirectory } from './directory.ts';
import { FileData } from './file-data.ts';
import { type FileInode, type FolderInode, type Inode, readInode } from './inode.ts';
import { Metadata } from './metadata.ts';
import { readSuperblock, type Superblock } from './superblock.ts';

/** Presents a squashfs of version 4.0. Extended attributes are passed over. @source Linux Documentation/filesystems/squashfs */
export async function openSquashfs(open: OpenLayer): Promise<number> {
  const superblock = await readSuperblock(open.reader);
  const metadata = new Metadata(open.reader, superblock.unpack);
  const ids = await readIds(open, superblock, metadata);
  const tree = new Tree(open, { superblock, metadata, ids });
  await tree.walk();
  return superblock.usedBytes;
}

async function readIds(open: OpenLayer, superblock: Superblock, metadata: Metadata): Promise<Buffer> {
  const bytes = Buffer.alloc(4 * superblock.idCount);
  for (let done = 0, list = superblock.tables.ids; done < bytes.length; done += 8_192, list += 8) {
    const block = Number((await open.reader.bytes('The table of ids', list, 8)).readBigUInt64LE(0));
    (await metadata.cursor({ block, offset: 0 }).take(Math.min(8_192, bytes.length - done))).copy(bytes, done);
  }
  return bytes;
}

interface Tables {
  readonly superblock: Superblock;
  readonly metadata: Metadata;
  readonly ids: Buffer;
}

interface At {
  readonly path: string;
  /** Where its inode is. */
  readonly place: number;
  readonly depth: number;
}

class Tree {
  readonly #open: OpenLayer;
  readonly #tables: Tables;
  readonly #data: FileData;
  readonly #folders = new Set<number>();
  readonly #linked = new Set<number>();

  constructor(open: OpenLayer, tables: Tables) {
    this.#open = open;
    this.#tables = tables;
    this.#data = new FileData(open.reader, tables.superblock, tables.metadata);
  }

  async walk(): Promise<void> {
    const { rootInode } = this.#tables.superblock;
    const root = await this.#inode(Number(rootInode >> 16n), Number(rootInode & 0xffffn));
    if (root.kind !== 'folder') throw new Unseen('malformed', `Expected a folder as root, found a ${root.kind}.`);
    await this.#folder({ path: '', depth: 0, place: Number(rootInode) }, root);
  }

  async #folder(at: At, inode: FolderInode): Promise<void> {
    if (this.#folders.has(at.place)) {
      throw new Unseen('malformed', 'The folder is met a second time: folders form a loop.');
    }
    this.#folders.add(at.place);
    const { depth } = at;
    if (depth > walkLimits.pathDepth) throw new Unseen('too-deep', `Folders are deeper than ${walkLimits.pathDepth}.`);
    const { block, offset, sizeBytes } = inode.listing;
    if (sizeBytes === 0) return;
    const { metadata, superblock } = this.#tables;
    const cursor = metadata.cursor({ block: superblock.tables.directories + block, offset });
    for await (const entry of readDirectory(cursor, sizeBytes)) await this.#entry(at, entry);
  }

  async #entry(folder: At, entry: DirectoryEntry): Promise<void> {
    const path = folder.path === '' ? entry.name : `${folder.path}/${entry.name}`;
    const place = entry.inodeBlock * 65_536 + entry.inodeOffset;
    try {
      if (!isPlainName(entry.name)) throw new Unseen('malformed', 'A folder has an entry whose name is a path.');
      const inode = await this.#inode(entry.inodeBlock, entry.inodeOffset);
      await this.#present({ path, place, depth: folder.depth + 1 }, inode);
    } catch (error) {
      if (error instanceof Unseen && error.code === 'too-compressed') throw error;
      this.#open.problem(path, error);
    }
  }

  async #present(at: At, inode: Inode): Promise<void> {
    const facts = { path: at.path, mode: inode.mode, ...this.#owner(inode) };
    if (inode.kind === 'folder') {
      await this.#open.entry({ ...facts, kind: 'folder', sizeBytes: 0 });
      await this.#folder(at, inode);
    } else if (inode.kind === 'file') {
      const file = { ...facts, kind: 'file', sizeBytes: inode.sizeBytes } as const;
      if (this.#isFirst(at, inode)) {
        await this.#open.file(file, { kind: 'stream', chunks: this.#data.chunks(inode) });
      } else await this.#open.entry(file);
    } else await this.#open.entry({ ...facts, kind: inode.kind, sizeBytes: 0, linkTarget: inode.linkTarget });
  }

  // By where the inode is, not by the number that it states: two files with one number are two files.
  #isFirst(at: At, inode: FileInode): boolean {
    if (inode.links <= 1) return true;
    if (this.#linked.has(at.place)) return false;
    this.#linked.add(at.place);
    return true;
  }

  #owner(inode: Inode): { userId: number; groupId: number } {
    const { ids } = this.#tables;
    return { userId: ids.readUInt32LE(4 * inode.userIndex), groupId: ids.readUInt32LE(4 * inode.groupIndex) };
  }

  async #inode(block: number, offset: number): Promise<Inode> {
    const { metadata, superblock } = this.#tables;
    const cursor = metadata.cursor({ block: superblock.tables.inodes + block, offset });
    return await readInode(cursor, { blockBytes: superblock.blockBytes, fileBytes: walkLimits.fileBytes });
  }
}
