import { hash } from 'node:crypto';

/** A SHA-256 hash, 32 bytes. */
export type Hash = Uint8Array;
export const hashBytes = 32;

const leafPrefix = Uint8Array.of(0);
// Used again for every node: nobody keeps it, and hashing a node takes less time than making a buffer for it.
const nodeBytes = Buffer.alloc(1 + 2 * hashBytes, 1);

/**
 * The hash of one entry of a log.
 * @source RFC 6962 §2.1
 */
export function leafHash(entry: Uint8Array): Hash {
  return sha256(Buffer.concat([leafPrefix, entry]));
}

/**
 * The hash of two neighbouring subtrees.
 * @source RFC 6962 §2.1
 */
export function nodeHash(left: Hash, right: Hash): Hash {
  nodeBytes.set(left, 1);
  nodeBytes.set(right, 1 + hashBytes);
  return sha256(nodeBytes);
}

/** The root of a log without entries. @source RFC 6962 §2.1 */
export const emptyRoot: Hash = sha256(new Uint8Array());

export function sameHash(a: Hash, b: Hash): boolean {
  return a.length === hashBytes && Buffer.compare(a, b) === 0;
}

/** The largest power of two that is not above n; n is 1 or more. Plain numbers: sizes go beyond 32 bits. */
export function powerWithin(n: number): number {
  let power = 1;
  while (power * 2 <= n) power *= 2;
  return power;
}

/** Where a tree of n leaves divides: the largest power of two below n; n is 2 or more. */
export function splitOf(n: number): number {
  return powerWithin(n - 1);
}

/** Joins complete subtrees that stand beside each other, larger ones to the left, to the hash over all of them. */
export function joinSubtrees(hashes: readonly Hash[]): Hash {
  let joined: Hash | undefined;
  for (const one of hashes.toReversed()) joined = joined === undefined ? one : nodeHash(one, joined);
  return joined ?? emptyRoot;
}

/** The root of a whole list of leaf hashes; for tests of small logs and for whole tiles. */
export function rootOf(leaves: readonly Hash[]): Hash {
  const complete: Hash[] = [];
  for (let from = 0; from < leaves.length; ) {
    const count = powerWithin(leaves.length - from);
    complete.push(completeRoot(leaves, from, count));
    from += count;
  }
  return joinSubtrees(complete);
}

/** The root over `count` hashes from `from` on; `count` is a power of two. */
export function completeRoot(hashes: readonly Hash[], from: number, count: number): Hash {
  const row = hashes.slice(from, from + count);
  for (let { length } = row; length > 1; length /= 2) {
    for (let i = 0; i < length; i += 2) row[i / 2] = nodeHash(row[i] ?? emptyRoot, row[i + 1] ?? emptyRoot);
  }
  return row[0] ?? emptyRoot;
}

/** By way of a text of single bytes: that takes half as long as asking for a buffer. */
function sha256(bytes: Uint8Array): Hash {
  return Buffer.from(hash('sha256', bytes, 'binary'), 'binary');
}
