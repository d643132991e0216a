import type { Findings } from '../inspection.ts';
import { maxEntries } from '../reading/bounds.ts';
import type { ImageReader } from '../reading/image-reader.ts';
import { Malformed } from '../reading/malformed.ts';
import { requireDisjoint } from '../reading/ranges.ts';
import { hex32 } from '../reading/text.ts';
import { blockBytes, readBlock, type Uf2Block } from './block.ts';
import { familyName } from './families.ts';

/** Blocks of one family: they are counted for themselves. */
interface Family {
  readonly id: number | null;
  readonly count: number;
  readonly blocks: Map<number, Uf2Block>;
}

/** Blocks without data, put before others for a fault of one chip: numbered as if there were more of them. */
const absoluteFamily = 0xe48bff57;

/**
 * Reads a UF2 file: families and addresses; every announced block must be there once, and no two write the same place.
 * The format has no version, hash or signature. Memory: the numbers of at most 65,536 blocks.
 * @source UF2 specification, file format
 */
export async function inspectUf2(reader: ImageReader): Promise<Findings> {
  const blocks = Math.floor(reader.size / blockBytes);
  if (blocks > maxEntries)
    throw new Malformed('limit', `The file has ${blocks} blocks; at most ${maxEntries} are read.`);
  const families = new Map<number | null, Family>();
  let others = 0;
  for (let at = 0; at < blocks * blockBytes; at += blockBytes) {
    const block = readBlock(await reader.bytes('A block', at, blockBytes), at);
    if (block.isMain) addBlock(families, block);
    else others++;
  }
  for (const family of families.values()) requireWhole(family);
  const trailing = reader.size - blocks * blockBytes;
  return {
    hardwareIds: [...families.keys()].flatMap((id) => (id === null ? [] : [familyName(id)])),
    description: [...families.values()].map(describe).join('; '),
    warnings: [
      ...(others > 0 ? [`${others} blocks are not for the main flash and were not read.`] : []),
      ...(trailing > 0 ? [`After the last block, at ${blocks * blockBytes}, come ${trailing} bytes.`] : []),
    ],
  };
}

function addBlock(families: Map<number | null, Family>, block: Uf2Block): void {
  const family = families.get(block.family) ?? { id: block.family, count: block.count, blocks: new Map() };
  families.set(block.family, family);
  if (block.count !== family.count) {
    const message = `Blocks of one family announce ${family.count} and ${block.count} blocks.`;
    throw new Malformed('contradiction', message);
  }
  if (family.blocks.has(block.index)) throw new Malformed('duplicate', `Block ${block.index} is there twice.`);
  family.blocks.set(block.index, block);
}

function requireWhole(family: Family): void {
  if (family.blocks.size !== family.count && family.id !== absoluteFamily) {
    const message = `${family.count} blocks are announced, ${family.blocks.size} are there.`;
    throw new Malformed('out-of-bounds', message);
  }
  const blocks = [...family.blocks.values()];
  requireDisjoint(blocks.map(({ index, address, length }) => ({ what: `Block ${index}`, offset: address, length })));
}

function describe(family: Family): string {
  const blocks = [...family.blocks.values()];
  const sizeBytes = blocks.reduce((sum, block) => sum + block.length, 0);
  const first = blocks.reduce((least, block) => Math.min(least, block.address), 2 ** 32 - 1);
  return `${family.id === null ? 'no family' : familyName(family.id)}: ${sizeBytes} bytes from ${hex32(first)}`;
}
