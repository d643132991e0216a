import type { OpenLayer } from '../core/open-layer.ts';

/** Presents the layer's own bytes as one file; of unknown bytes the walk looks for what is in them. */
export async function openLeaf(open: OpenLayer): Promise<null> {
  await open.part('', { kind: 'range', source: open.source }, open.source.size);
  return null;
}
