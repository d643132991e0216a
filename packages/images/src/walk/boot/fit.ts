import { readImages } from '../../fit/image-data.ts';
import { readTree } from '../../fit/read-tree.ts';
import { textOf } from '../../fit/values.ts';
import { ImageReader } from '../../reading/image-reader.ts';
import type { OpenLayer } from '../core/open-layer.ts';
import { rangeSource } from '../core/part-reader.ts';

/**
 * Presents each image of a FIT as `images/NAME`: as it stands, so that what is compressed is entered next.
 * @source U-Boot doc/usage/fit/source_file_format
 */
export async function openFit(open: OpenLayer): Promise<number> {
  const reader = new ImageReader(open.source);
  const tree = await readTree(reader);
  let end = tree.totalSize;
  for (const { node, data } of await readImages(reader, tree)) {
    end = Math.max(end, data.offset + data.length);
    const source = rangeSource(open.source, data.offset, data.length);
    const isTree = (await textOf(reader, node, 'type')) === 'flat_dt';
    const content = { kind: 'range', source } as const;
    const path = `images/${node.name}`;
    if (isTree) await open.file({ path, mode: null, userId: null, groupId: null, sizeBytes: data.length }, content);
    else await open.part(path, content, data.length);
  }
  return end;
}
