import { FettleError } from '@fettle/model';
import { type Hash, joinSubtrees, powerWithin, splitOf } from './merkle.ts';

/** A complete subtree: `2 ** level` leaves from `index * 2 ** level` on. */
export interface HashPlace {
  readonly level: number;
  readonly index: number;
}

/** Where hashes of complete subtrees are read; answers in the order of the places. */
export interface HashReader {
  hashes(places: readonly HashPlace[]): Promise<readonly Hash[]>;
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * Hashes from the leaf's sibling up to a child of the root.
 * @throws FettleError `invalid-input` when there is no such leaf
 * @source RFC 6962 §2.1.1
 */
export function proveInclusion(reader: HashReader, index: number, size: number): Promise<readonly Hash[]> {
  if (!isCount(index) || !isCount(size) || index >= size) {
    throw new FettleError('invalid-input', `Expected an index below the size ${size}, found ${index}.`);
  }
  const siblings: Range[] = [];
  let range: Range = { from: 0, to: size };
  while (range.to - range.from > 1) {
    const middle = range.from + splitOf(range.to - range.from);
    const [inside, beside] = index < middle ? halves(range, middle) : halves(range, middle).toReversed();
    siblings.push(beside ?? range);
    range = inside ?? range;
  }
  return readRanges(reader, siblings.toReversed());
}

/**
 * Shows that the tree of `oldSize` leaves is the beginning of the tree of `size` leaves; empty when either is nothing new.
 * @throws FettleError `invalid-input` when the old size is above the new one
 * @source RFC 6962 §2.1.2
 */
export function proveConsistency(reader: HashReader, oldSize: number, size: number): Promise<readonly Hash[]> {
  if (!isCount(oldSize) || !isCount(size) || oldSize > size) {
    throw new FettleError('invalid-input', `Expected an old size of at most ${size}, found ${oldSize}.`);
  }
  if (oldSize === 0 || oldSize === size) return Promise.resolve([]);
  const beside: Range[] = [];
  let range: Range = { from: 0, to: size };
  let isWhole = true;
  while (oldSize !== range.to) {
    const middle = range.from + splitOf(range.to - range.from);
    const [left, right] = halves(range, middle);
    if (oldSize <= middle) {
      beside.push(right);
      range = left;
    } else {
      beside.push(left);
      range = right;
      isWhole = false;
    }
  }
  return readRanges(reader, [...(isWhole ? [] : [range]), ...beside.toReversed()]);
}

/** The root of the first `size` leaves. */
export async function readLogRoot(reader: HashReader, size: number): Promise<Hash> {
  return joinSubtrees(size === 0 ? [] : await reader.hashes(placesOf({ from: 0, to: size })));
}

function halves({ from, to }: Range, middle: number): [Range, Range] {
  return [
    { from, to: middle },
    { from: middle, to },
  ];
}

/** Reads all that is needed at once, then joins it range by range. */
async function readRanges(reader: HashReader, ranges: readonly Range[]): Promise<readonly Hash[]> {
  const places = ranges.map(placesOf);
  const hashes = ranges.length === 0 ? [] : await reader.hashes(places.flat());
  let at = 0;
  return places.map(({ length }) => {
    at += length;
    return joinSubtrees(hashes.slice(at - length, at));
  });
}

/** The complete subtrees that make up a range which starts where a subtree of its size may start. */
export function placesOf({ from, to }: Range): HashPlace[] {
  const places: HashPlace[] = [];
  for (let at = from; at < to; ) {
    const count = powerWithin(to - at);
    places.push({ level: Math.log2(count), index: at / count });
    at += count;
  }
  return places;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
