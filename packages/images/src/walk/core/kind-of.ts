import { crc32 } from 'node:zlib';
import type { Source } from '../../source.ts';
import { isExtSuperblock } from '../ext/superblock.ts';
import type { WalkFormat } from '../walked.ts';

/** The farthest magic number stands at 1080. */
const headBytes = 2_048;

export interface Kind {
  /** Null for bytes of no known kind. */
  readonly format: WalkFormat | null;
  /** Whether it holds other things at offsets that it does not tell: a kernel, a disk. */
  readonly isImage: boolean;
}

/** Programs and the like: one file, nothing to enter. */
const leaves: ReadonlySet<WalkFormat | null> = new Set([null, 'elf', 'esp32', 'raw']);

/** Whether a walk enters it. */
export function isContainer(kind: Kind): kind is Kind & { readonly format: WalkFormat } {
  return !leaves.has(kind.format);
}

/** What `kindOf` wants to see. */
export async function headOf(source: Source): Promise<Uint8Array> {
  return await source.read(0, Math.min(headBytes, source.size));
}

/** Recognises by content, from the first 2 KiB and the size. */
export function kindOf(bytes: Uint8Array, size: number): Kind {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, headBytes));
  const format = formatOf(head, size);
  return { format, isImage: format === 'esp32' || (format === null && (isKernel(head) || isDisk(head))) };
}

function formatOf(head: Buffer, size: number): WalkFormat | null {
  if (head.length < 4) return null;
  const exact = byMagic.get(head.readUInt32BE(0));
  if (exact && (exact.check?.(head, size) ?? true)) return exact.format;
  return others.find(([, test]) => test(head, size))?.[0] ?? null;
}

type Test = (head: Buffer, size: number) => boolean;

interface Magic {
  readonly format: WalkFormat;
  readonly check?: Test;
}

/** By the first four bytes, big endian. */
const byMagic: ReadonlyMap<number, Magic> = new Map<number, Magic>([
  [0x68737173, { format: 'squashfs', check: isSquashfsHead }],
  [0x7f454c46, { format: 'elf' }],
  [0x504b0304, { format: 'zip' }],
  [0x504b0506, { format: 'zip' }],
  [0x28b52ffd, { format: 'zstd' }],
  [0x04224d18, { format: 'lz4' }],
  [0x02214c18, { format: 'lz4' }],
  [0x894c5a4f, { format: 'lzop', check: isLzop }],
  [0xfd377a58, { format: 'xz', check: (head) => head.length >= 24 && head.readUInt16BE(4) === 0x5a00 }],
  [0x5546320a, { format: 'uf2', check: (head) => head.length >= 512 && head.readUInt32LE(4) === 0x9e5d5157 }],
  [0xd00dfeed, { format: 'fit', check: isFit }],
  [0x27051956, { format: 'uimage', check: isUimage }],
  [0x3db8f396, { format: 'mcuboot', check: (head) => head.length >= 32 }],
  [0x414e4452, { format: 'android-boot', check: (head) => startsWith(head, 'ANDROID!') && head.length >= 64 }],
  [0x55424923, { format: 'ubi', check: (head) => head.length >= 64 && head.readUInt8(4) === 1 }],
  [0x31181006, { format: 'ubi', check: (head) => head.length >= 24 }],
]);

const others: readonly (readonly [WalkFormat, Test])[] = [
  ['gzip', isGzip],
  ['cpio', isCpio],
  ['tar', isTar],
  ['ar', (head) => startsWith(head, '!<arch>\n')],
  ['bzip2', isBzip2],
  ['ext', (head, size) => head.length >= headBytes && isExtSuperblock(head.subarray(1_024), size)],
  ['lzma', isLzma],
  ['intel-hex', (head) => head[0] === 0x3a && /^:[0-9A-Fa-f]{10,}[\r\n]/.test(head.toString('latin1', 0, 528))],
  ['s-record', (head) => head[0] === 0x53 && /^S[0-9][0-9A-Fa-f]{6,}[\r\n]/.test(head.toString('latin1', 0, 528))],
  ['esp32', isEsp32],
];

/** @source Linux fs/squashfs/squashfs_fs.h: version 4.0, log of the block size that fits, a used size that lies inside */
export function isSquashfs(head: Buffer, size: number): boolean {
  return isSquashfsHead(head) && head.readBigUInt64LE(40) <= BigInt(size);
}

/** Also of one that was cut off: that is told, not taken for bytes of no kind. */
function isSquashfsHead(head: Buffer): boolean {
  if (head.length < 96 || head.readUInt16LE(28) !== 4) return false;
  return head.readUInt32LE(12) === 2 ** head.readUInt16LE(22);
}

export function isGzip(head: Buffer): boolean {
  return head.length >= 18 && head.readUInt16BE(0) === 0x1f8b && head[2] === 8 && ((head[3] ?? 0) & 0xe0) === 0;
}

export const lzopMagic = Buffer.from('894c5a4f000d0a1a0a', 'hex');
/** Headers from this version on have more fields. */
export const lzopLongHeader = 0x0940;

/** @source lzop 1.04: magic, version, version of the library (and one that is needed), method */
export function isLzop(head: Buffer): boolean {
  if (head.length < 40 || !head.subarray(0, lzopMagic.length).equals(lzopMagic)) return false;
  const version = head.readUInt16BE(9);
  const method = head.readUInt8(version >= lzopLongHeader ? 15 : 13);
  return version >= 0x0900 && version < 0x2000 && method >= 1 && method <= 3;
}

export function isCpio(head: Buffer): boolean {
  if (head.length < 110) return false;
  const magic = head.toString('latin1', 0, 6);
  return (magic === '070701' || magic === '070702') && /^[0-9A-Fa-f]{104}$/.test(head.toString('latin1', 6, 110));
}

// The sum of the header's bytes, its own field as spaces: POSIX ustar.
export function isTar(head: Buffer): boolean {
  if (head.length < 512 || head[0] === 0) return false;
  const stated = Number.parseInt(head.toString('latin1', 148, 156).replace(/[\0 ]+$/, ''), 8);
  if (!(stated > 0)) return false;
  let sum = 8 * 0x20;
  for (let at = 0; at < 512; at++) if (at < 148 || at >= 156) sum += head[at] ?? 0;
  return sum === stated;
}

export function isBzip2(head: Buffer): boolean {
  const level = head[3] ?? 0;
  if (head.length < 14 || !startsWith(head, 'BZh') || level < 0x31 || level > 0x39) return false;
  const kind = head.readUIntBE(4, 6);
  return kind === 0x314159265359 || kind === 0x177245385090;
}

// No magic: properties, a dictionary of a usual size, a size that is unknown or sane; the first coded byte is always 0.
export function isLzma(head: Buffer): boolean {
  if (head.length < 64 || head[0] !== 0x5d || head[13] !== 0) return false;
  const dictionary = head.readUInt32LE(1);
  if (dictionary < 4_096 || (dictionary & (dictionary - 1)) !== 0 || dictionary > 2 ** 27) return false;
  const size = head.readBigUInt64LE(5);
  return size === 0xffff_ffff_ffff_ffffn || (size > 0n && size < 2n ** 32n);
}

export function isUimage(head: Buffer): boolean {
  if (head.length < 64) return false;
  const header = Buffer.from(head.subarray(0, 64));
  const stated = header.readUInt32BE(4);
  header.writeUInt32BE(0, 4);
  return stated === crc32(header);
}

/** A tree with images and not one that only describes hardware: the names stand in its first bytes or its strings. */
export function isFit(head: Buffer, size: number): boolean {
  if (head.length < 48 || head.readUInt32BE(4) > size) return false;
  const [struct, version] = [head.readUInt32BE(8), head.readUInt32BE(20)];
  if (version < 16 || version > 32 || struct % 4 !== 0 || struct >= size) return false;
  return head.includes('images\0', 0, 'latin1') || head.includes('configurations\0', 0, 'latin1');
}

function isEsp32(head: Buffer, size: number): boolean {
  if (head.length < 32 || head[0] !== 0xe9) return false;
  const segments = head.readUInt8(1);
  const length = head.readUInt32LE(28);
  return segments >= 1 && segments <= 16 && head.readUInt8(23) <= 1 && length > 0 && length % 4 === 0 && length < size;
}

/** @source Linux Documentation: x86 boot protocol, arm booting, arm64 booting; EFI zboot */
function isKernel(head: Buffer): boolean {
  if (head.length < 0x210) return false;
  const magics = [head.readUInt32BE(0x202), head.readUInt32LE(0x24), head.readUInt32LE(0x38)];
  if (magics[0] === 0x48647253 || magics[1] === 0x016f2818 || magics[2] === 0x644d5241) return true;
  return head.readUInt16BE(0) === 0x4d5a && head.toString('latin1', 4, 8) === 'zimg';
}

/** @source UEFI 2.10, 5.2.1 (master boot record) and 5.3.2 (GPT header) */
function isDisk(head: Buffer): boolean {
  if (head.length < 1_024) return false;
  return head.readUInt16BE(510) === 0x55aa || head.toString('latin1', 512, 520) === 'EFI PART';
}

function startsWith(head: Buffer, text: string): boolean {
  return head.toString('latin1', 0, text.length) === text;
}
