import type { ImageReader } from '../reading/image-reader.ts';
import { Malformed } from '../reading/malformed.ts';
import { type FitImage, strongHashes } from './image-data.ts';
import type { TreeNode } from './tree.ts';
import { listOf } from './values.ts';

/** Properties that name images; others may, and are found by their values. */
const namesImages: ReadonlySet<string> = new Set(['kernel', 'fdt', 'ramdisk', 'loadables', 'firmware']);
const isText: ReadonlySet<string> = new Set(['description', 'compatible']);

/** The images that a configuration starts. */
export async function imagesOf(
  reader: ImageReader,
  configuration: TreeNode,
  images: readonly FitImage[],
): Promise<FitImage[]> {
  const byName = new Map(images.map((image) => [image.node.name, image]));
  const used = new Set<FitImage>();
  for (const name of configuration.properties.keys()) {
    if (isText.has(name)) continue;
    const value = configuration.properties.get(name);
    if (!namesImages.has(name) && (value?.value.length ?? 0) > 4_096) continue;
    const strings = namesImages.has(name)
      ? await listOf(reader, configuration, name)
      : await guess(reader, configuration, name);
    for (const string of strings ?? []) {
      const image = byName.get(string);
      if (image) used.add(image);
      else if (namesImages.has(name)) {
        throw new Malformed('contradiction', `${configuration.path} names an image in ${name} that is not there.`);
      }
    }
  }
  return [...used];
}

/** Why a signature that names these nodes protects too little; undefined when it covers all it must. */
export function findGap(
  configuration: TreeNode,
  images: readonly FitImage[],
  hashedNodes: ReadonlySet<string>,
): string | undefined {
  const nodes = [...images.map((image) => image.node), ...images.flatMap((image) => image.hashNodes)];
  const wanted = ['/', configuration.path, ...nodes.map((node) => node.path)];
  const missing = wanted.find((path) => !hashedNodes.has(path));
  if (missing !== undefined) return `it does not cover ${missing}`;
  if (images.length === 0) return 'the configuration names no image';
  const weak = images.find((image) => !image.hashes.some(({ algorithm, ok }) => ok && strongHashes.has(algorithm)));
  if (weak) return `${weak.node.path} has no SHA-2 hash that fits its data`;
  const wrong = images.find((image) => image.hashes.some(({ ok }) => !ok));
  if (wrong) return `a hash of ${wrong.node.path} does not fit its data`;
  const at =
    nodes.find((node) => node.path.includes('@')) ?? (configuration.path.includes('@') ? configuration : undefined);
  // A boot loader that looks nodes up without the part after "@" finds another node than the one that was signed.
  return at && `the name of ${at.path} has an "@"`;
}

async function guess(reader: ImageReader, node: TreeNode, name: string): Promise<string[]> {
  const property = node.properties.get(name);
  if (!property) return [];
  const bytes = await reader.bytes(`${name} of ${node.path}`, property.value.offset, property.value.length);
  return bytes.toString('latin1').split('\0');
}
