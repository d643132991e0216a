import { blockBytes, readBlock } from '../../uf2/block.ts';
import type { OpenLayer } from '../core/open-layer.ts';
import { MemoryImage } from './memory-image.ts';

const dataAt = 32;

/** Presents the joined contents of a UF2 file, one family of chips after the other. @source UF2 specification, file format */
export async function openUf2(open: OpenLayer): Promise<number> {
  const families = new Map<number | null, MemoryImage>();
  const blocks = Math.floor(open.reader.size / blockBytes);
  for (let index = 0; index < blocks; index++) {
    const bytes = await open.reader.bytes('A block', index * blockBytes, blockBytes);
    const block = readBlock(bytes, index * blockBytes);
    if (!block.isMain) continue;
    const image = families.get(block.family) ?? new MemoryImage();
    families.set(block.family, image);
    image.add(block.address, bytes.subarray(dataAt, dataAt + block.length));
  }
  for (const image of families.values()) await image.present(open);
  return blocks * blockBytes;
}
