import { joinRanges, type Range } from '../reading/ranges.ts';
import type { DeviceTree, TreeProperty } from './tree.ts';

/** Properties that say where data lies: they change when data moves, so no signature covers them; the hashes do. */
const leftOut: ReadonlySet<string> = new Set(['data', 'data-size', 'data-position', 'data-offset']);

export interface SignedRegions {
  readonly ranges: readonly Range[];
  /** Properties that are covered: their names must be, too. */
  readonly properties: readonly TreeProperty[];
}

/**
 * The bytes that the signature of a configuration covers, in their order: nodes that are listed with their properties,
 * of the nodes right below them the tags only, the end of the tree, and the strings up to a size.
 * @source U-Boot tools/fdt-region and doc/usage/fit/signature; compared with what mkimage signs
 */
export function signedRegions(
  tree: DeviceTree,
  hashedNodes: ReadonlySet<string>,
  hashedStringBytes: number,
): SignedRegions {
  const ranges: Range[] = [];
  const properties: TreeProperty[] = [];
  const states: number[] = [];
  // 0: nothing is included, 1: tags of nodes, 2: properties too.
  let state = 0;
  for (const token of tree.tokens) {
    if (token.kind === 'begin') {
      states.push(state);
      state = hashedNodes.has(token.node.path) ? 2 : Math.max(0, state - 1);
      if (state > 0) ranges.push(token);
    } else if (token.kind === 'property') {
      if (state < 2 || leftOut.has(token.property.name)) continue;
      ranges.push(token);
      properties.push(token.property);
    } else if (token.kind === 'end-node') {
      if (state > 0) ranges.push(token);
      state = states.pop() ?? 0;
    } else if (token.kind === 'end' || state === 2) ranges.push(token);
  }
  ranges.push({ offset: tree.strings.offset, length: hashedStringBytes });
  return { ranges: joinRanges(ranges.map(({ offset, length }) => ({ offset, length }))), properties };
}
