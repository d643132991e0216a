import type { ImageReader } from '../reading/image-reader.ts';
import { Malformed } from '../reading/malformed.ts';
import { type Range, requireDisjoint } from '../reading/ranges.ts';
import type { DeviceTree } from './tree.ts';
import { TreeWalk } from './tree-walk.ts';

export const treeMagic = 0xd00dfeed;
const headerBytes = 40;
const reservationBytes = 16;
const maxStringsBytes = 1_048_576;

/**
 * Reads a flattened device tree: names and places, not the values. One root, no name twice.
 * @source Devicetree specification 0.4, chapter 5
 */
export async function readTree(reader: ImageReader): Promise<DeviceTree> {
  const header = await reader.bytes('The header of the tree', 0, headerBytes);
  const totalSize = header.readUInt32BE(4);
  reader.require('The tree', 0, totalSize);
  const [version, compatible] = [header.readUInt32BE(20), header.readUInt32BE(24)];
  if (version < 17 || compatible > 17) throw new Malformed('unsupported', `Version ${version} of trees is not read.`);
  const struct = { offset: header.readUInt32BE(8), length: header.readUInt32BE(36) };
  const strings = { offset: header.readUInt32BE(12), length: header.readUInt32BE(32) };
  requireDisjoint([
    { what: 'The header', offset: 0, length: headerBytes },
    { what: 'The reservations', offset: header.readUInt32BE(16), length: reservationBytes },
    { what: 'The structure', ...struct },
    { what: 'The strings', ...strings },
  ]);
  for (const block of [struct, strings]) requireInside(block, totalSize);
  if (struct.offset % 4 !== 0)
    throw new Malformed('contradiction', `The structure at ${struct.offset} is not aligned.`);
  if (strings.length > maxStringsBytes) throw new Malformed('limit', `The strings have ${strings.length} bytes.`);
  const walk = new TreeWalk(reader, struct, await reader.bytes('The strings', strings.offset, strings.length));
  const root = await walk.run();
  return { root, tokens: walk.tokens, strings, totalSize };
}

function requireInside(block: Range, totalSize: number): void {
  if (block.offset + block.length <= totalSize) return;
  throw new Malformed('out-of-bounds', `A block of ${block.length} bytes at ${block.offset} ends after the tree.`);
}
