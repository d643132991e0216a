import { nameOf } from '../core/names.ts';
import { Unseen } from '../core/unseen.ts';
import type { EntryKind } from '../walked.ts';
import type { MetadataCursor } from './metadata.ts';

interface Common {
  readonly mode: number;
  readonly userIndex: number;
  readonly groupIndex: number;
  readonly number: number;
}

export interface FolderInode extends Common {
  readonly kind: 'folder';
  readonly listing: { readonly block: number; readonly offset: number; readonly sizeBytes: number };
}
export interface FileInode extends Common {
  readonly kind: 'file';
  readonly start: number;
  readonly sizeBytes: number;
  readonly links: number;
  /** Null where the last bytes have a block of their own. */
  readonly fragment: { readonly index: number; readonly offset: number } | null;
  /** Length of each block as it is packed; bit 24: stored as it is; 0: a hole. */
  readonly blocks: Buffer;
}
export interface OtherInode extends Common {
  readonly kind: Exclude<EntryKind, 'folder' | 'file'>;
  readonly linkTarget?: string;
}
export type Inode = FolderInode | FileInode | OtherInode;

const noFragment = 0xffffffff;
const maxTargetBytes = 65_536;
/** Of a file of 2^43 bytes in the smallest blocks the list would be as large as memory: bounded by `walkLimits.fileBytes` earlier. */
const maxBlocks = 4_194_304;
const otherKinds: readonly OtherInode['kind'][] = ['device', 'device', 'pipe', 'socket'];

export interface InodeBounds {
  readonly blockBytes: number;
  readonly fileBytes: number;
}

/** Reads one inode, basic or extended. @source Linux fs/squashfs/squashfs_fs.h: squashfs_*_inode */
export async function readInode(cursor: MetadataCursor, bounds: InodeBounds): Promise<Inode> {
  const head = await cursor.take(16);
  const type = head.readUInt16LE(0);
  const common = {
    mode: head.readUInt16LE(2) & 0o7777,
    userIndex: head.readUInt16LE(4),
    groupIndex: head.readUInt16LE(6),
    number: head.readUInt32LE(12),
  };
  if (type === 1) return { ...common, ...folder(await cursor.take(16), { index: 0, size: 'short', offset: 10 }) };
  if (type === 8) return { ...common, ...folder(await cursor.take(24), { index: 8, size: 'long', offset: 18 }) };
  if (type === 2 || type === 9) return { ...common, ...(await file(cursor, type === 9, bounds)) };
  if (type === 3 || type === 10) return { ...common, kind: 'link', linkTarget: await target(cursor) };
  const kind = type <= 7 ? otherKinds[type - 4] : otherKinds[type - 11];
  if (!kind) throw new Unseen('malformed', `Expected an inode of type 1 to 14, found ${type}.`);
  return { ...common, kind };
}

// What stands where differs: the basic form has a size of 16 bits after the links, the extended one of 32 bits before.
function folder(bytes: Buffer, at: { index: number; size: 'short' | 'long'; offset: number }) {
  const size = at.size === 'short' ? bytes.readUInt16LE(8) : bytes.readUInt32LE(4);
  const listing = { block: bytes.readUInt32LE(at.index), offset: bytes.readUInt16LE(at.offset) };
  // Three bytes stand for "." and "..", which are not there.
  return { kind: 'folder' as const, listing: { ...listing, sizeBytes: Math.max(0, size - 3) } };
}

async function file(cursor: MetadataCursor, isExtended: boolean, bounds: InodeBounds) {
  const bytes = await cursor.take(isExtended ? 40 : 16);
  const start = isExtended ? Number(bytes.readBigUInt64LE(0)) : bytes.readUInt32LE(0);
  const sizeBytes = isExtended ? Number(bytes.readBigUInt64LE(8)) : bytes.readUInt32LE(12);
  const at = isExtended ? 28 : 4;
  const index = bytes.readUInt32LE(at);
  const fragment = index === noFragment ? null : { index, offset: bytes.readUInt32LE(at + 4) };
  const links = isExtended ? bytes.readUInt32LE(24) : 1;
  if (sizeBytes > bounds.fileBytes) return { kind: 'file' as const, start, sizeBytes, links, fragment, blocks: none };
  const count = fragment ? Math.floor(sizeBytes / bounds.blockBytes) : Math.ceil(sizeBytes / bounds.blockBytes);
  if (count > maxBlocks) throw new Unseen('too-large', `A file has ${count} blocks; at most ${maxBlocks} are read.`);
  const blocks = Buffer.from(await cursor.take(4 * count));
  return { kind: 'file' as const, start, sizeBytes, links, fragment, blocks };
}

const none = Buffer.alloc(0);

async function target(cursor: MetadataCursor): Promise<string> {
  const length = (await cursor.take(8)).readUInt32LE(4);
  if (length > maxTargetBytes) throw new Unseen('malformed', `The target of a link has ${length} bytes.`);
  return nameOf(await cursor.take(length));
}
