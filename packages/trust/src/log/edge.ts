import { completeRoot, type Hash, joinSubtrees, powerWithin } from './merkle.ts';
import { tileWidth } from './tiles.ts';

/** A tile that became whole: it never changes any more. */
export interface WholeTile {
  readonly level: number;
  readonly index: number;
  readonly hashes: readonly Hash[];
  /** The hash that it is one level up. */
  readonly root: Hash;
}

/** The right edge of a log: for each level of tiles the hashes that are in no whole tile yet. */
export interface TreeEdge {
  readonly size: number;
  /** `levels[L]` has `floor(size / 256^L) mod 256` hashes. */
  readonly levels: readonly (readonly Hash[])[];
}

export const emptyEdge: TreeEdge = { size: 0, levels: [] };

export interface Growth {
  readonly edge: TreeEdge;
  /** Each after those that it stands on. */
  readonly tiles: readonly WholeTile[];
}

/** Appends leaves: the new edge, and the tiles that became whole. Only whole tiles are hashed into the next level. */
export function growTree(edge: TreeEdge, leaves: readonly Hash[]): Growth {
  const levels = edge.levels.map((hashes) => [...hashes]);
  const tiles: WholeTile[] = [];
  let { size } = edge;
  for (const leaf of leaves) {
    size++;
    let carried: Hash | undefined = leaf;
    for (let level = 0; carried !== undefined; level++) {
      const open: Hash[] = levels[level] ?? [];
      levels[level] = open;
      open.push(carried);
      carried = undefined;
      if (open.length < tileWidth) continue;
      const root = completeRoot(open, 0, tileWidth);
      tiles.push({ level, index: Math.floor(size / tileWidth ** (level + 1)) - 1, hashes: open, root });
      levels[level] = [];
      carried = root;
    }
  }
  return { edge: { size, levels }, tiles };
}

/** The root of the log that has this edge. */
export function edgeRoot({ levels }: TreeEdge): Hash {
  const complete: Hash[] = [];
  for (const hashes of levels.toReversed()) {
    for (let from = 0; from < hashes.length; ) {
      const count = powerWithin(hashes.length - from);
      complete.push(completeRoot(hashes, from, count));
      from += count;
    }
  }
  return joinSubtrees(complete);
}
