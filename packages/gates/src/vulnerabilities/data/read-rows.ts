import { zstdDecompressSync } from 'node:zlib';
import type { Source } from '@fettle/images';
import { FettleError } from '@fettle/model';
import { vulnerabilityLimits as most } from '../vulnerability-limits.ts';
import type { BlockCache } from './block-cache.ts';
import type { BlockPlace } from './file-format.ts';

// A package with tens of thousands of rows is read in steps of this size.
const readBytes = 4_194_304;

/** An open file. */
export interface DataFile {
  readonly source: Source;
  readonly cache: BlockCache;
}

/**
 * Rows of one key. Reads only the blocks that may hold it, side by side in the file.
 * Memory: what is read at a time, and one unpacked block.
 * @throws FettleError `invalid-input` for broken blocks, `too-large` when a key has more rows than any real one
 */
export async function* readRows(
  file: DataFile,
  directory: readonly BlockPlace[],
  key: string,
): AsyncGenerator<unknown> {
  const start = `${key}\t`;
  let count = 0;
  for await (const block of readBlocks(file, blocksFor(directory, key))) {
    for (const json of linesWith(block, start)) {
      count++;
      if (count > most.rowsPerLookup)
        throw new FettleError('too-large', `Expected at most ${most.rowsPerLookup} rows for "${key}", found more.`);
      yield parse(json);
    }
  }
}

/** From the last block that begins before the key to the last that begins with it. */
function blocksFor(directory: readonly BlockPlace[], key: string): readonly BlockPlace[] {
  const first = countBefore(directory, (block) => block.firstKey < key);
  const end = countBefore(directory, (block) => block.firstKey <= key);
  return directory.slice(Math.max(0, first - 1), end);
}

/** How many at the beginning of a sorted list hold. */
function countBefore(directory: readonly BlockPlace[], holds: (block: BlockPlace) => boolean): number {
  let low = 0;
  let high = directory.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const block = directory[middle];
    if (block !== undefined && holds(block)) low = middle + 1;
    else high = middle;
  }
  return low;
}

async function* readBlocks({ source, cache }: DataFile, blocks: readonly BlockPlace[]): AsyncGenerator<string> {
  let at = 0;
  while (at < blocks.length) {
    const first = blocks[at];
    if (first === undefined) return;
    const known = cache.get(first.offset);
    if (known !== undefined) {
      yield known;
      at++;
      continue;
    }
    let end = at + 1;
    for (let next = blocks[end]; next !== undefined; next = blocks[end]) {
      if (next.offset + next.length - first.offset > readBytes) break;
      end++;
    }
    const last = blocks[end - 1] ?? first;
    const bytes = await source.read(first.offset, last.offset + last.length - first.offset);
    for (const block of blocks.slice(at, end)) {
      const from = block.offset - first.offset;
      const text = unpack(bytes.subarray(from, from + block.length));
      cache.set(block.offset, text);
      yield text;
    }
    at = end;
  }
}

function unpack(bytes: Uint8Array): string {
  try {
    return zstdDecompressSync(bytes, { maxOutputLength: most.blockBytes * 4 + most.recordBytes * 4 }).toString('utf8');
  } catch (cause) {
    throw new FettleError('invalid-input', 'A block of the data set is broken. Import the data again.', { cause });
  }
}

/** What follows `start` in lines that begin with it. */
function* linesWith(block: string, start: string): Generator<string> {
  let at = block.startsWith(start) ? 0 : block.indexOf(`\n${start}`) + 1;
  if (at === 0 && !block.startsWith(start)) return;
  while (block.startsWith(start, at)) {
    const end = block.indexOf('\n', at);
    yield block.slice(at + start.length, end < 0 ? undefined : end);
    if (end < 0) return;
    at = end + 1;
  }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new FettleError('invalid-input', 'A row of the data set is broken. Import the data again.', { cause });
  }
}
