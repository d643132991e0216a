import type { PartReader } from '../core/part-reader.ts';
import { Unseen } from '../core/unseen.ts';
import type { ExtInode } from './inode.ts';

/** Blocks that lie together; those that no run names are holes. */
export interface Run {
  /** First block in the file. */
  readonly logical: number;
  readonly count: number;
  /** First block in the file system; null for blocks that are reserved, but hold nothing yet. */
  readonly physical: number | null;
}

const extentMagic = 0xf30a;
const maxDepth = 5;
const headerBytes = 12;
/** Extents that were reserved and never written have this added to their length. */
const unwritten = 32_768;

/** Gives the runs of a file in order. */
export async function* runsOf(reader: PartReader, inode: ExtInode, blockBytes: number): AsyncGenerator<Run> {
  const blocks = Math.ceil(inode.sizeBytes / blockBytes);
  const parts = inode.usesExtents
    ? extents(reader, inode.map, { blockBytes, depth: maxDepth })
    : indirect(reader, inode.map, { blockBytes, blocks });
  let next = 0;
  for await (const run of parts) {
    if (run.logical < next) throw new Unseen('malformed', `Block ${run.logical} of a file is mapped twice.`);
    if (run.logical >= blocks) return;
    next = run.logical + run.count;
    yield { ...run, count: Math.min(run.count, blocks - run.logical) };
  }
}

/** @source Linux Documentation/filesystems/ext4/ifork.rst: extent tree */
async function* extents(
  reader: PartReader,
  node: Buffer,
  at: { readonly blockBytes: number; readonly depth: number },
): AsyncGenerator<Run> {
  const count = node.readUInt16LE(2);
  const depth = node.readUInt16LE(6);
  // Each level says how many are below it: a tree that points back to itself can't keep that up.
  if (node.readUInt16LE(0) !== extentMagic || depth > at.depth || headerBytes * (count + 1) > node.length) {
    throw new Unseen('malformed', 'A node of a tree of extents contradicts itself.');
  }
  for (let index = 1; index <= count; index++) {
    const entry = node.subarray(headerBytes * index, headerBytes * (index + 1));
    const logical = entry.readUInt32LE(0);
    if (depth === 0) {
      const length = entry.readUInt16LE(4);
      const physical = entry.readUInt32LE(8) + entry.readUInt16LE(6) * 2 ** 32;
      if (length > unwritten) yield { logical, count: length - unwritten, physical: null };
      else yield { logical, count: length, physical };
      continue;
    }
    if (at.depth === 0) throw new Unseen('malformed', 'A tree of extents is too deep.');
    const block = entry.readUInt32LE(4) + entry.readUInt16LE(8) * 2 ** 32;
    const below = await reader.bytes('A node of extents', block * at.blockBytes, at.blockBytes);
    if (below.readUInt16LE(6) !== depth - 1)
      throw new Unseen('malformed', 'A node of a tree of extents is at a wrong depth.');
    yield* extents(reader, below, { blockBytes: at.blockBytes, depth: depth - 1 });
  }
}

interface IndirectAt {
  readonly blockBytes: number;
  readonly blocks: number;
}

/** @source Linux Documentation/filesystems/ext4/ifork.rst: direct and indirect block addressing */
async function* indirect(reader: PartReader, map: Buffer, at: IndirectAt): AsyncGenerator<Run> {
  for (let index = 0; index < 12; index++) yield* oneBlock(index, map.readUInt32LE(4 * index));
  const perBlock = at.blockBytes / 4;
  let logical = 12;
  for (let level = 1; level <= 3; level++) {
    yield* below(reader, { ...at, block: map.readUInt32LE(44 + 4 * level), level, logical });
    logical += perBlock ** level;
  }
}

async function* below(
  reader: PartReader,
  at: IndirectAt & { readonly block: number; readonly level: number; readonly logical: number },
): AsyncGenerator<Run> {
  if (at.block === 0 || at.logical >= at.blocks) return;
  const list = await reader.bytes('A block of block numbers', at.block * at.blockBytes, at.blockBytes);
  const perBlock = at.blockBytes / 4;
  for (let index = 0; index < perBlock; index++) {
    const block = list.readUInt32LE(4 * index);
    const logical = at.logical + index * perBlock ** (at.level - 1);
    if (logical >= at.blocks) return;
    if (at.level === 1) yield* oneBlock(logical, block);
    else yield* below(reader, { ...at, block, level: at.level - 1, logical });
  }
}

function* oneBlock(logical: number, physical: number): Generator<Run> {
  if (physical !== 0) yield { logical, count: 1, physical };
}
