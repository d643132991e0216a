import type { KeyRing } from '../image-keys.ts';
import type { Findings } from '../inspection.ts';
import { maxSignatures } from '../reading/bounds.ts';
import { isFiller } from '../reading/filler.ts';
import type { ImageReader } from '../reading/image-reader.ts';
import { Malformed } from '../reading/malformed.ts';
import { shownText } from '../reading/text.ts';
import { imagesOf } from './configuration.ts';
import { type CheckedSignature, checkSignature } from './configuration-signature.ts';
import { type FitImage, readImages } from './image-data.ts';
import { readTree } from './read-tree.ts';
import type { DeviceTree, TreeNode } from './tree.ts';
import { listOf, numberOf, textOf } from './values.ts';

/**
 * Reads a FIT: the hashes of its images and the signatures of its configurations. It has no version: the release has.
 * Memory: names and places of at most 65,536 nodes and properties; data is streamed.
 * @source U-Boot doc/usage/fit
 */
export async function inspectFit(reader: ImageReader, ring: KeyRing): Promise<Findings> {
  const tree = await readTree(reader);
  const images = await readImages(reader, tree);
  const checked = await checkConfigurations(reader, { tree, images, ring });
  const build = await buildTime(reader, tree.root);
  const description = await textOf(reader, tree.root, 'description');
  const isEncrypted = images.some((image) => image.node.children.has('cipher'));
  return {
    ...(build === undefined ? {} : { build }),
    ...(description === undefined ? {} : { description }),
    ...checked,
    hashes: images.flatMap((image) => image.hashes),
    encrypted: isEncrypted,
    warnings: [...checked.warnings, ...imageWarnings(images), ...(await trailingWarnings(reader, tree, images))],
    inner: isEncrypted ? [] : images.map(({ data }) => ({ offset: data.offset, sizeBytes: data.length })),
  };
}

interface Parts {
  readonly tree: DeviceTree;
  readonly images: readonly FitImage[];
  readonly ring: KeyRing;
}

async function checkConfigurations(reader: ImageReader, { tree, images, ring }: Parts) {
  const signatures: CheckedSignature[] = [];
  const unsigned: string[] = [];
  const hardwareIds = new Set<string>();
  for (const configuration of tree.root.children.get('configurations')?.children.values() ?? []) {
    for (const id of (await listOf(reader, configuration, 'compatible')) ?? [])
      hardwareIds.add(shownText(Buffer.from(id, 'latin1')));
    const used = await imagesOf(reader, configuration, images);
    const nodes = [...configuration.children.values()].filter((child) => child.name.startsWith('signature'));
    if (nodes.length === 0) unsigned.push(configuration.path.slice(1));
    if (signatures.length + nodes.length > maxSignatures) {
      throw new Malformed('limit', `The configurations have more than ${maxSignatures} signatures.`);
    }
    for (const node of nodes) {
      signatures.push(await checkSignature(reader, node, { tree, configuration, images: used, ring }));
    }
  }
  return {
    hardwareIds: [...hardwareIds],
    signatures: signatures.map((one) => one.finding),
    unsigned,
    warnings: signatures.flatMap((one) => (one.warning === undefined ? [] : [one.warning])),
  };
}

async function buildTime(reader: ImageReader, root: TreeNode): Promise<string | undefined> {
  const seconds = await numberOf(reader, root, 'timestamp');
  return seconds === undefined || seconds > 0xffffffff ? undefined : new Date(seconds * 1000).toISOString();
}

function imageWarnings(images: readonly FitImage[]): string[] {
  const bare = images.filter((image) => image.hashes.length === 0).map((image) => `${image.node.path} has no hash.`);
  const alone = images.filter((image) => [...image.node.children.keys()].some((name) => name.startsWith('signature')));
  return [
    ...bare,
    ...alone.map((image) => `${image.node.path} has a signature of its own, which says nothing of configurations.`),
  ];
}

async function trailingWarnings(reader: ImageReader, tree: DeviceTree, images: readonly FitImage[]): Promise<string[]> {
  const end = images.reduce((most, { data }) => Math.max(most, data.offset + data.length), tree.totalSize);
  const length = reader.size - end;
  if (length === 0 || (await isFiller(reader, end, length))) return [];
  return [`After the image, at ${end}, come ${length} bytes that no hash covers.`];
}
