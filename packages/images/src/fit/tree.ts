import type { Range } from '../reading/ranges.ts';

/** Where a property stands; values are read when they are wanted, as one may be a whole file system. */
export interface TreeProperty {
  readonly name: string;
  readonly value: Range;
  /** Offset of its name in the block of strings. */
  readonly nameAt: number;
}

export interface TreeNode {
  readonly name: string;
  /** Names from the root, `/` for the root itself. */
  readonly path: string;
  readonly properties: Map<string, TreeProperty>;
  readonly children: Map<string, TreeNode>;
}

/** One step of the structure block, in order: what a signature over regions walks along. */
export type TreeToken = Range &
  (
    | { readonly kind: 'begin'; readonly node: TreeNode }
    | { readonly kind: 'property'; readonly property: TreeProperty }
    | { readonly kind: 'no-op' | 'end-node' | 'end' }
  );

export interface DeviceTree {
  readonly root: TreeNode;
  readonly tokens: readonly TreeToken[];
  readonly strings: Range;
  /** Bytes of the tree; data may follow. */
  readonly totalSize: number;
}
