import { type Hash, nodeHash, sameHash } from './merkle.ts';

export interface InclusionClaim {
  readonly leaf: Hash;
  readonly index: number;
  readonly size: number;
  readonly root: Hash;
  readonly proof: readonly Hash[];
}

/** Proofs of trees with up to 2^53 leaves have no more hashes. */
export const mostProofHashes = 63;

/**
 * Whether the leaf is at its index in the tree with this root. Never throws.
 * @source RFC 9162 §2.1.3.2, for proofs of RFC 6962 §2.1.1
 */
export function verifyInclusion({ leaf, index, size, root, proof }: InclusionClaim): boolean {
  if (!isCount(index) || !isCount(size) || index >= size || proof.length > mostProofHashes) return false;
  const at = { first: index, last: size - 1 };
  let hash = leaf;
  for (const sibling of proof) {
    if (at.last === 0) return false;
    if (isOdd(at.first) || at.first === at.last) {
      hash = nodeHash(sibling, hash);
      climbToRight(at);
    } else hash = nodeHash(hash, sibling);
    climb(at);
  }
  return at.last === 0 && sameHash(hash, root);
}

export interface ConsistencyClaim {
  readonly oldSize: number;
  readonly oldRoot: Hash;
  readonly size: number;
  readonly root: Hash;
  readonly proof: readonly Hash[];
}

/**
 * Whether the old tree is the beginning of the new one. Never throws.
 * @source RFC 9162 §2.1.4.2, for proofs of RFC 6962 §2.1.2
 */
export function verifyConsistency({ oldSize, oldRoot, size, root, proof }: ConsistencyClaim): boolean {
  if (!isCount(oldSize) || !isCount(size) || oldSize > size || proof.length > mostProofHashes) return false;
  if (oldSize === size) return proof.length === 0 && sameHash(oldRoot, root);
  if (oldSize === 0) return proof.length === 0;
  const at = { first: oldSize - 1, last: size - 1 };
  while (isOdd(at.first)) climb(at);
  // An old tree that is complete is a node of the new one, and so not told again. All its levels were climbed.
  const [start, ...rest] = at.first === 0 ? [oldRoot, ...proof] : proof;
  if (start === undefined) return false;
  let old = start;
  let now = start;
  for (const hash of rest) {
    if (at.last === 0) return false;
    if (isOdd(at.first) || at.first === at.last) {
      old = nodeHash(hash, old);
      now = nodeHash(hash, now);
      climbToRight(at);
    } else now = nodeHash(now, hash);
    climb(at);
  }
  return at.last === 0 && sameHash(old, oldRoot) && sameHash(now, root);
}

interface Climb {
  first: number;
  last: number;
}

function climb(at: Climb): void {
  at.first = Math.floor(at.first / 2);
  at.last = Math.floor(at.last / 2);
}

/** Leaves out the levels at which the right edge has no sibling. */
function climbToRight(at: Climb): void {
  while (!isOdd(at.first) && at.first !== 0) climb(at);
}

function isOdd(value: number): boolean {
  return value % 2 === 1;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
