import { createHash, type Hash } from 'node:crypto';
import type { KeyRing } from '../image-keys.ts';
import type { Findings, HashFinding } from '../inspection.ts';
import { isFiller } from '../reading/filler.ts';
import type { ImageReader } from '../reading/image-reader.ts';
import type { DigestName } from '../reading/streamed-check.ts';
import { alignedTrailerMagic, flag, headerBytes, headerWarnings, readHeader, slotTrailerMagic, tag } from './layout.ts';
import { checkSignatures, uncheckedSignatures } from './signatures.ts';
import { readTagAreas, type Tag, type TagAreas } from './tags.ts';

/**
 * Reads an image for MCUboot: version, security counter, hash and signatures in one pass over its bytes.
 * Memory: a window and the tags (at most 128 KiB), and up to 16 MiB where Ed25519 signs the image itself.
 * @source MCUboot design, image format
 */
export async function inspectMcuboot(reader: ImageReader, ring: KeyRing): Promise<Findings> {
  const bytes = await reader.bytes('The header', 0, headerBytes);
  const header = readHeader(bytes);
  const areas = await readTagAreas(reader, header);
  const encrypted = (header.flags & (flag.aes128 | flag.aes256)) !== 0;
  const checked = encrypted ? unchecked(areas) : await check(reader, areas, ring);
  const counter = counterOf(areas.tags);
  return {
    version: header.version,
    ...(header.build === 0 ? {} : { build: String(header.build) }),
    ...(counter === undefined ? {} : { counter }),
    hardwareIds: hardwareOf(areas.tags),
    ...checked,
    unsigned: checked.signatures.length === 0 ? ['image'] : [],
    encrypted,
    warnings: [
      ...headerWarnings(bytes, header),
      ...checked.warnings,
      ...unprotectedWarnings(areas.tags),
      ...(await trailingWarnings(reader, areas.end)),
    ],
    inner: encrypted ? [] : [{ offset: header.headerSize, sizeBytes: header.bodySize }],
  };
}

type Checked = Required<Pick<Findings, 'hashes' | 'signatures' | 'warnings'>>;

function unchecked(areas: TagAreas): Checked {
  const warnings = ['The body is encrypted: hash and signature are over the plain image and cannot be checked.'];
  return { hashes: [], signatures: uncheckedSignatures(areas.tags), warnings };
}

const hashTags: ReadonlyMap<number, DigestName> = new Map([
  [tag.sha256, 'sha256'],
  [tag.sha384, 'sha384'],
  [tag.sha512, 'sha512'],
]);

async function check(reader: ImageReader, areas: TagAreas, ring: KeyRing): Promise<Checked> {
  const hashes = areas.tags.flatMap(({ type, data }) => {
    const algorithm = hashTags.get(type);
    return algorithm ? [{ algorithm, stated: data, hash: createHash(algorithm) }] : [];
  });
  const digests = new Map<Hash, Buffer>();
  const digestOf = (hash: Hash) => {
    const digest = digests.get(hash) ?? hash.digest();
    digests.set(hash, digest);
    return digest;
  };
  const digest = () => (hashes[0] ? digestOf(hashes[0].hash) : undefined);
  const checks = await checkSignatures(reader, areas, { ring, digest });
  const ranges = [{ offset: 0, length: areas.signedBytes }];
  await reader.feed('The signed bytes', ranges, [...hashes.map(({ hash }) => hash), ...checks.sinks]);
  const found: HashFinding[] = hashes.map(({ algorithm, stated, hash }) => {
    return { what: 'image', algorithm, ok: stated.equals(digestOf(hash)) };
  });
  const warnings = found.length === 0 ? ['The image states no hash, which the boot loader wants.'] : [];
  return { hashes: found, signatures: checks.finish(), warnings };
}

// The boot loader looks for the counter among the protected tags only: elsewhere anybody could change it.
function counterOf(tags: readonly Tag[]): number | undefined {
  const counter = tags.find((one) => one.type === tag.securityCounter && one.isProtected);
  return counter?.data.length === 4 ? counter.data.readUInt32LE(0) : undefined;
}

const hardwareTags: ReadonlyMap<number, string> = new Map([
  [tag.vendorId, 'vendor'],
  [tag.designVendorId, 'vendor'],
  [tag.classId, 'class'],
  [tag.designClassId, 'class'],
]);

function hardwareOf(tags: readonly Tag[]): string[] {
  return tags.flatMap(({ type, data, isProtected }) => {
    const word = hardwareTags.get(type);
    return word && isProtected && data.length === 16 ? [`${word}:${uuidText(data)}`] : [];
  });
}

function uuidText(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function unprotectedWarnings(tags: readonly Tag[]): string[] {
  const outside = tags.some((one) => one.type === tag.securityCounter && !one.isProtected);
  return outside ? ['A security counter stands outside of the signed bytes and does not count.'] : [];
}

async function trailingWarnings(reader: ImageReader, end: number): Promise<string[]> {
  const length = reader.size - end;
  if (length === 0 || (await isFiller(reader, end, length))) return [];
  const tail = await reader.bytes('The end of the slot', reader.size - Math.min(16, length), Math.min(16, length));
  const isTrailer = tail.equals(slotTrailerMagic) || tail.subarray(2).equals(alignedTrailerMagic);
  const what = isTrailer ? 'padding and the trailer of a slot' : 'bytes that no hash covers';
  return [`After the image, at ${end}, come ${length} bytes: ${what}.`];
}
