import type { ImageReader } from '../reading/image-reader.ts';
import { Malformed } from '../reading/malformed.ts';
import { shownText } from '../reading/text.ts';
import type { TreeNode } from './tree.ts';

const maxValueBytes = 1_048_576;

/** The bytes of a small property; undefined when the node has none of this name. */
export async function bytesOf(reader: ImageReader, node: TreeNode, name: string): Promise<Buffer | undefined> {
  const property = node.properties.get(name);
  if (!property) return undefined;
  if (property.value.length > maxValueBytes) {
    throw new Malformed('limit', `${name} of ${node.path} has ${property.value.length} bytes.`);
  }
  return await reader.bytes(`${name} of ${node.path}`, property.value.offset, property.value.length);
}

export async function textOf(reader: ImageReader, node: TreeNode, name: string): Promise<string | undefined> {
  const value = await bytesOf(reader, node, name);
  return value && shownText(value);
}

/** All strings of a list, as they stand; the last one must end too. */
export async function listOf(reader: ImageReader, node: TreeNode, name: string): Promise<string[] | undefined> {
  const value = await bytesOf(reader, node, name);
  if (!value) return undefined;
  const strings = value.toString('latin1').split('\0');
  if (strings.pop() === '') return strings;
  throw new Malformed('contradiction', `${name} of ${node.path} does not end with a NUL.`);
}

/** A number of one cell of 32 bits, or of two. */
export async function numberOf(reader: ImageReader, node: TreeNode, name: string): Promise<number | undefined> {
  const value = await bytesOf(reader, node, name);
  if (!value) return undefined;
  if (value.length === 4) return value.readUInt32BE(0);
  const number = value.length === 8 ? Number(value.readBigUInt64BE(0)) : Number.NaN;
  if (Number.isSafeInteger(number)) return number;
  throw new Malformed('contradiction', `${name} of ${node.path} is no number of one or two cells.`);
}
