import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { HashFinding } from '../inspection.ts';
import type { ImageReader, Sink } from '../reading/image-reader.ts';
import { Malformed } from '../reading/malformed.ts';
import { type Range, requireDisjoint } from '../reading/ranges.ts';
import type { DeviceTree, TreeNode } from './tree.ts';
import { bytesOf, numberOf, textOf } from './values.ts';

/** One image of a FIT with its data and what its hashes turned out to be. */
export interface FitImage {
  readonly node: TreeNode;
  readonly data: Range;
  readonly isExternal: boolean;
  readonly hashes: readonly HashFinding[];
  readonly hashNodes: readonly TreeNode[];
}

/**
 * Finds the data of all images, inside or after the tree, and compares their hashes in one pass over each.
 * @source U-Boot doc/usage/fit/source_file_format: /images, external data
 */
export async function readImages(reader: ImageReader, tree: DeviceTree): Promise<FitImage[]> {
  const images: FitImage[] = [];
  for (const node of tree.root.children.get('images')?.children.values() ?? []) {
    const { data, isExternal } = await dataOf(reader, tree, node);
    reader.require(`The data of ${node.path}`, data.offset, data.length);
    const hashNodes = [...node.children.values()].filter((child) => child.name.startsWith('hash'));
    images.push({ node, data, isExternal, hashNodes, hashes: await checkHashes(reader, node, { data, hashNodes }) });
  }
  const external = images.filter((image) => image.isExternal);
  requireDisjoint([
    { what: 'The tree', offset: 0, length: tree.totalSize },
    ...external.map(({ node, data }) => ({ what: node.path, ...data })),
  ]);
  return images;
}

async function dataOf(reader: ImageReader, tree: DeviceTree, node: TreeNode) {
  const inside = node.properties.get('data');
  const length = await numberOf(reader, node, 'data-size');
  const position = await numberOf(reader, node, 'data-position');
  const offset = await numberOf(reader, node, 'data-offset');
  const ways = [inside, position, offset].filter((way) => way !== undefined).length;
  if (ways !== 1 || (inside === undefined && length === undefined)) {
    const message = `${node.path} should have data, or one of data-position and data-offset with a data-size.`;
    throw new Malformed('contradiction', message);
  }
  if (inside) return { data: inside.value, isExternal: false };
  const start = position ?? Math.ceil(tree.totalSize / 4) * 4 + (offset ?? 0);
  return { data: { offset: start, length: length ?? 0 }, isExternal: true };
}

async function checkHashes(
  reader: ImageReader,
  node: TreeNode,
  parts: { readonly data: Range; readonly hashNodes: readonly TreeNode[] },
): Promise<HashFinding[]> {
  const stated = [];
  for (const hashNode of parts.hashNodes) {
    const algorithm = (await textOf(reader, hashNode, 'algo')) ?? 'none';
    const value = await bytesOf(reader, hashNode, 'value');
    stated.push({ algorithm, value: value && Buffer.from(value), digest: digestOf(algorithm) });
  }
  const sinks = stated.flatMap(({ digest }) => (digest ? [digest] : []));
  await reader.feed(`The data of ${node.path}`, [parts.data], sinks);
  return stated.map(({ algorithm, value, digest }) => {
    const ok = digest !== undefined && value?.equals(digest.digest()) === true;
    return { what: node.path.slice(1), algorithm, ok };
  });
}

interface Digest extends Sink {
  digest(): Buffer;
}

/** Hashes that no one can make other data for. */
export const strongHashes: ReadonlySet<string> = new Set(['sha256', 'sha384', 'sha512']);
const weakHashes: ReadonlySet<string> = new Set(['sha1', 'md5']);

function digestOf(algorithm: string): Digest | undefined {
  if (strongHashes.has(algorithm) || weakHashes.has(algorithm)) return createHash(algorithm);
  return algorithm === 'crc32' ? new Crc32() : undefined;
}

class Crc32 implements Digest {
  #value = 0;

  update(chunk: Uint8Array): void {
    this.#value = crc32(chunk, this.#value);
  }

  digest(): Buffer {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(this.#value);
    return bytes;
  }
}
