import type { ImageKeyKind, KeyRing, RingKey } from '../image-keys.ts';
import type { SignatureFinding, SignatureVerdict } from '../inspection.ts';
import type { ImageReader } from '../reading/image-reader.ts';
import { type DigestName, type SignatureForm, StreamedCheck } from '../reading/streamed-check.ts';
import { findGap } from './configuration.ts';
import type { FitImage } from './image-data.ts';
import { signedRegions } from './signed-regions.ts';
import type { DeviceTree, TreeNode } from './tree.ts';
import { bytesOf, listOf, textOf } from './values.ts';

export interface ConfigurationCheck {
  readonly tree: DeviceTree;
  readonly configuration: TreeNode;
  /** The images that the configuration starts. */
  readonly images: readonly FitImage[];
  readonly ring: KeyRing;
}

export interface CheckedSignature {
  readonly finding: SignatureFinding;
  readonly warning?: string;
}

/**
 * Checks one signature of a configuration. What it says to cover is the signer's word only when the signature is good,
 * so its list is compared with what the configuration uses first.
 * @source U-Boot doc/usage/fit/signature
 */
export async function checkSignature(
  reader: ImageReader,
  signature: TreeNode,
  check: ConfigurationCheck,
): Promise<CheckedSignature> {
  // Each signature walks the whole tree: many of them in a large one are work without end.
  reader.charge(check.tree.tokens.length);
  const what = check.configuration.path.slice(1);
  const algorithm = (await textOf(reader, signature, 'algo')) ?? 'none';
  const keyHint = (await textOf(reader, signature, 'key-name-hint')) ?? null;
  const padding = await textOf(reader, signature, 'padding');
  const conclude = (verdict: SignatureVerdict, reason?: string, key?: RingKey): CheckedSignature => {
    const finding = { what, algorithm, keyId: key?.id ?? null, keyHint, verdict };
    return reason === undefined
      ? { finding }
      : { finding, warning: `The signature ${signature.path} does not count: ${reason}.` };
  };
  const how = parseAlgorithm(algorithm, padding);
  if (!how) return conclude('unchecked', `${algorithm} with padding ${padding ?? 'pkcs-1.5'} is not checked`);
  const hashedNodes = new Set(await listOf(reader, signature, 'hashed-nodes'));
  const gap = findGap(check.configuration, check.images, hashedNodes);
  if (gap !== undefined) return conclude('bad', gap);
  const value = await bytesOf(reader, signature, 'value');
  const stringBytes = await hashedStringBytes(reader, signature);
  if (!value || stringBytes === undefined || stringBytes > check.tree.strings.length) {
    return conclude('bad', 'it has no value, or no hashed-strings that fit');
  }
  const regions = signedRegions(check.tree, hashedNodes, stringBytes);
  if (regions.properties.some((one) => one.nameAt + one.name.length >= stringBytes)) {
    return conclude('bad', 'it does not cover the name of a property that it covers');
  }
  const fitting = check.ring.filter((key) => key.kind === how.kind);
  const checks = fitting.map((key) => ({ key, check: new StreamedCheck(key.key, how, Buffer.from(value)) }));
  const sinks = checks.map((one) => one.check);
  await reader.feed('The signed parts', regions.ranges, sinks);
  const good = checks.find((one) => one.check.isGood());
  if (good) return conclude('ok', undefined, good.key);
  const named = fitting.find((key) => key.name !== null && key.name === keyHint);
  return named ? conclude('bad', 'it does not verify', named) : conclude('unknown-key');
}

async function hashedStringBytes(reader: ImageReader, signature: TreeNode): Promise<number | undefined> {
  const value = await bytesOf(reader, signature, 'hashed-strings');
  return value?.length === 8 && value.readUInt32BE(0) === 0 ? value.readUInt32BE(4) : undefined;
}

const digests: ReadonlyMap<string, DigestName> = new Map([
  ['sha256', 'sha256'],
  ['sha384', 'sha384'],
  ['sha512', 'sha512'],
]);
const kinds: ReadonlyMap<string, ImageKeyKind> = new Map([
  ['rsa2048', 'rsa2048'],
  ['rsa3072', 'rsa3072'],
  ['rsa4096', 'rsa4096'],
  ['ecdsa256', 'p256'],
  ['ecdsa384', 'p384'],
]);

function parseAlgorithm(algorithm: string, padding: string | undefined) {
  const [hash = '', cipher = ''] = algorithm.split(',');
  const [digest, kind] = [digests.get(hash), kinds.get(cipher)];
  const form = formOf(cipher, padding);
  return digest && kind && form ? { digest, kind, form } : undefined;
}

function formOf(cipher: string, padding: string | undefined): SignatureForm | undefined {
  if (cipher.startsWith('ecdsa')) return 'r-s';
  if (padding === undefined || padding === 'pkcs-1.5') return 'pkcs1';
  return padding === 'pss' ? 'pss-any' : undefined;
}
