import { esp32Magic, espHeaderBytes, maxSegments } from './esp32/app-image.ts';
import { readTree, treeMagic } from './fit/read-tree.ts';
import type { ImageFormat } from './inspection.ts';
import { mcubootMagic, oldMcubootMagic } from './mcuboot/layout.ts';
import { ImageReader } from './reading/image-reader.ts';
import { Malformed } from './reading/malformed.ts';
import type { Source } from './source.ts';
import { secondMagic, uf2Magic } from './uf2/block.ts';
import { uimageMagic } from './uimage/inspect-uimage.ts';

/** What is looked at: the largest magic number stands at 1080, the first member of an archive within 2 KiB. */
const headBytes = 2_048;
const tailBytes = 64;

interface Ends {
  readonly head: Buffer;
  readonly tail: Buffer;
}

/**
 * Recognises an image by its content, never by a name: exact magic numbers first, what stands at the end second.
 * Reads 2 KiB and 64 bytes, and the structure of a device tree. Gives `raw` for everything that it does not know.
 */
export async function recognise(source: Source): Promise<ImageFormat> {
  return await recogniseReader(new ImageReader(source));
}

/** The same over a reader whose bounds are already counted. */
export async function recogniseReader(reader: ImageReader): Promise<ImageFormat> {
  const head = await reader.bytes('The start', 0, Math.min(headBytes, reader.size));
  const length = Math.min(tailBytes, reader.size);
  const tail = await reader.bytes('The end', reader.size - length, length);
  if (startsWith(head, treeMagicBytes)) return await treeFormat(reader);
  const exact = exactFormats.find(([, test]) => test({ head, tail }, reader.size));
  if (exact) return exact[0];
  if (startsWith(head, 'hsqs')) return (await endsInSignature(reader, tail)) ? 'rauc' : 'squashfs';
  return laterFormats.find(([, test]) => test({ head, tail }, reader.size))?.[0] ?? 'raw';
}

type Test = (ends: Ends, size: number) => boolean;

const treeMagicBytes = u32be(treeMagic);
const capsuleGuid = Buffer.from('edd5cb6d2de8444cbda17194199ad92a', 'hex');

const exactFormats: readonly (readonly [ImageFormat, Test])[] = [
  ['mcuboot', ({ head }) => startsWith(head, u32le(mcubootMagic))],
  ['mcuboot-v1', ({ head }) => startsWith(head, u32le(oldMcubootMagic))],
  ['esp32', ({ head }, size) => isEsp32(head, size)],
  ['uimage', ({ head }) => startsWith(head, u32be(uimageMagic))],
  ['uefi-capsule', ({ head }) => startsWith(head, capsuleGuid)],
  ['cabinet', ({ head }) => startsWith(head, 'MSCF')],
  ['uf2', ({ head }) => startsWith(head, Buffer.concat([uf2Magic, u32le(secondMagic)]))],
  ['dfu', ({ head, tail }) => startsWith(head, 'DfuSe') || isDfu(tail)],
];

const laterFormats: readonly (readonly [ImageFormat, Test])[] = [
  ['swupdate', ({ head }) => isCpio(head) && head.toString('latin1', 110, 124) === 'sw-description'],
  ['mender', ({ head }) => isMender(head)],
  ['android-boot', ({ head }) => startsWith(head, 'ANDROID!')],
  ['avb-vbmeta', ({ head }) => startsWith(head, 'AVB0')],
  ['avb-footer', ({ tail }) => tail.length === tailBytes && startsWith(tail, 'AVBf')],
  ['suit', ({ head }) => startsWith(head, Buffer.from('d86b', 'hex'))],
  ['elf', ({ head }) => startsWith(head, Buffer.from('7f454c46', 'hex'))],
  ['intel-hex', ({ head }) => /^:[0-9A-Fa-f]{10,}[\r\n]/.test(head.toString('latin1', 0, 528))],
  ['s-record', ({ head }) => /^S[0-9][0-9A-Fa-f]{6,}[\r\n]/.test(head.toString('latin1', 0, 528))],
  ['ext', ({ head }) => head.length > 1082 && head.readUInt16LE(1080) === 0xef53],
  ['cpio', ({ head }) => isCpio(head)],
  ['gzip', ({ head }) => startsWith(head, Buffer.from('1f8b08', 'hex'))],
  ['xz', ({ head }) => startsWith(head, Buffer.from('fd377a585a00', 'hex'))],
  ['zstd', ({ head }) => startsWith(head, Buffer.from('28b52ffd', 'hex'))],
];

// The magic is one byte, which machine code may start with as well: the first segment must fit, too.
function isEsp32(head: Buffer, size: number): boolean {
  if (head.length < espHeaderBytes + 8 || head[0] !== esp32Magic) return false;
  const segments = head.readUInt8(1);
  return segments >= 1 && segments <= maxSegments && head.readUInt8(23) <= 1 && head.readUInt32LE(28) < size;
}

function isDfu(tail: Buffer): boolean {
  const suffix = tail.subarray(-16);
  return suffix.length === 16 && suffix.toString('latin1', 8, 11) === 'UFD' && suffix[11] === 16;
}

function isCpio(head: Buffer): boolean {
  return startsWith(head, '070701') || startsWith(head, '070702');
}

function isMender(head: Buffer): boolean {
  const isTar = head.toString('latin1', 257, 262) === 'ustar' && head.toString('latin1', 0, 8) === 'version\0';
  return isTar && /"format"\s*:\s*"mender"/.test(head.toString('latin1', 512, 1_024));
}

// The signature stands before its own size; DER of a signed message begins with a SEQUENCE.
async function endsInSignature(reader: ImageReader, tail: Buffer): Promise<boolean> {
  if (tail.length < 8) return false;
  const length = tail.readBigUInt64BE(tail.length - 8);
  if (length === 0n || length > BigInt(reader.size - 8)) return false;
  return (await reader.bytes('A signature', reader.size - 8 - Number(length), 1)).readUInt8(0) === 0x30;
}

async function treeFormat(reader: ImageReader): Promise<ImageFormat> {
  try {
    const { root } = await readTree(reader);
    return root.children.has('images') && root.children.has('configurations') ? 'fit' : 'device-tree';
  } catch (error) {
    if (error instanceof Malformed) return 'fit';
    throw error;
  }
}

function startsWith(bytes: Buffer, magic: Buffer | string): boolean {
  const wanted = typeof magic === 'string' ? Buffer.from(magic, 'latin1') : magic;
  return bytes.subarray(0, wanted.length).equals(wanted);
}

function u32le(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u32be(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
