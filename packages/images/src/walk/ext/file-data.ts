import { chunkBytes, type PartReader } from '../core/part-reader.ts';
import { Unseen } from '../core/unseen.ts';
import { runsOf } from './block-map.ts';
import type { ExtInode } from './inode.ts';

const zeros = Buffer.alloc(chunkBytes);
const attributesMagic = 0xea020000;
const mapBytes = 60;

/** Gives a file's content from its start to its end, with zeros for holes. */
export async function* contentOf(reader: PartReader, inode: ExtInode, blockBytes: number): AsyncGenerator<Uint8Array> {
  if (inode.isInline) {
    yield inlineData(inode);
    return;
  }
  let at = 0;
  for await (const run of joined(runsOf(reader, inode, blockBytes))) {
    const start = run.logical * blockBytes;
    yield* hole(Math.min(start, inode.sizeBytes) - at);
    const length = Math.min(run.count * blockBytes, inode.sizeBytes - start);
    if (run.physical === null) yield* hole(length);
    else yield* reader.chunks(`The content of inode ${inode.number}`, run.physical * blockBytes, length);
    at = start + length;
  }
  yield* hole(inode.sizeBytes - at);
}

function* hole(length: number): Generator<Uint8Array> {
  for (let left = length; left > 0; left -= chunkBytes) yield zeros.subarray(0, Math.min(left, chunkBytes));
}

interface RunLike {
  readonly logical: number;
  readonly count: number;
  readonly physical: number | null;
}

// Block lists name one block at a time: neighbours are read together.
async function* joined(runs: AsyncIterable<RunLike>): AsyncGenerator<RunLike> {
  let last: RunLike | undefined;
  for await (const run of runs) {
    const isNext = last && last.logical + last.count === run.logical;
    if (last && isNext && last.physical !== null && last.physical + last.count === run.physical) {
      last = { ...last, count: last.count + run.count };
      continue;
    }
    if (last) yield last;
    last = run;
  }
  if (last) yield last;
}

/** Small files stand in the inode: 60 bytes in place of the map, the rest as the attribute `system.data`. */
function inlineData(inode: ExtInode): Buffer {
  const first = inode.map.subarray(0, Math.min(mapBytes, inode.sizeBytes));
  if (inode.sizeBytes <= mapBytes) return first;
  const { extra } = inode;
  if (extra.length < 4 || extra.readUInt32LE(0) !== attributesMagic) throw damaged(inode);
  // Entries: length of the name, its kind (7 is "system."), offset and size of the value; offsets count from the first entry.
  for (let at = 4; at + 16 <= extra.length && extra.readUInt32LE(at) !== 0; ) {
    const nameLength = extra.readUInt8(at);
    const name = extra.toString('latin1', at + 16, at + 16 + nameLength);
    if (extra.readUInt8(at + 1) === 7 && name === 'data') {
      const from = 4 + extra.readUInt16LE(at + 2);
      const rest = extra.subarray(from, from + extra.readUInt32LE(at + 8));
      if (first.length + rest.length < inode.sizeBytes) throw damaged(inode);
      return Buffer.concat([first, rest]).subarray(0, inode.sizeBytes);
    }
    at += 16 + Math.ceil(nameLength / 4) * 4;
  }
  throw damaged(inode);
}

function damaged(inode: ExtInode): Unseen {
  return new Unseen('malformed', `The data inside of inode ${inode.number} is damaged.`);
}
