import type { Source } from '../../source.ts';
import { isXzHeader } from '../compression/xz-header.ts';
import {
  isBzip2,
  isCpio,
  isFit,
  isGzip,
  isLzma,
  isLzop,
  isSquashfs,
  isTar,
  isUimage,
  lzopMagic,
} from '../core/kind-of.ts';
import type { PartReader } from '../core/part-reader.ts';
import { extSize, isExtSuperblock } from '../ext/superblock.ts';
import type { WalkFormat } from '../walked.ts';
import { isGzipAt, isLz4At, isLzmaAt, isZstdAt } from './trials.ts';

/** What is looked for at any offset. */
export interface Signature {
  readonly format: WalkFormat;
  readonly magic: Buffer;
  /** Where the magic number stands in it. */
  readonly magicAt: number;
  /** Offsets that a file system cannot start at are passed over. */
  readonly alignment: number;
  /** From the first 2 KiB and the bytes that are left. */
  isHead(head: Buffer, left: number): boolean;
  /** Where a header is weak: a look at what follows it. */
  isThere?(reader: PartReader, at: number): Promise<boolean>;
  /** Bytes that it says to have. */
  sizeOf?(head: Buffer): number;
}

const anywhere = { magicAt: 0, alignment: 1 } as const;

function hex(text: string): Buffer {
  return Buffer.from(text, 'hex');
}

export const signatures: readonly Signature[] = [
  {
    ...anywhere,
    format: 'squashfs',
    magic: Buffer.from('hsqs'),
    isHead: isSquashfs,
    sizeOf: (head) => Number(head.readBigUInt64LE(40)),
  },
  {
    format: 'ext',
    magic: hex('53ef'),
    magicAt: 1_080,
    alignment: 512,
    isHead: (head, left) => isExtSuperblock(head.subarray(1_024), left) && extSize(head.subarray(1_024)) > 0,
    sizeOf: (head) => extSize(head.subarray(1_024)),
  },
  { ...anywhere, format: 'cpio', magic: Buffer.from('070701'), isHead: isCpio },
  { ...anywhere, format: 'cpio', magic: Buffer.from('070702'), isHead: isCpio },
  { ...anywhere, format: 'tar', magic: Buffer.from('ustar'), magicAt: 257, isHead: isTar },
  { ...anywhere, format: 'gzip', magic: hex('1f8b08'), isHead: isGzip, isThere: isGzipAt },
  { ...anywhere, format: 'xz', magic: hex('fd377a585a00'), isHead: isXzHeader },
  { ...anywhere, format: 'lzma', magic: hex('5d0000'), isHead: isLzma, isThere: isLzmaAt },
  { ...anywhere, format: 'zstd', magic: hex('28b52ffd'), isHead: () => true, isThere: isZstdAt },
  { ...anywhere, format: 'lz4', magic: hex('04224d18'), isHead: () => true, isThere: isLz4At },
  { ...anywhere, format: 'lz4', magic: hex('02214c18'), isHead: () => true, isThere: isLz4At },
  { ...anywhere, format: 'lzop', magic: lzopMagic, isHead: isLzop },
  { ...anywhere, format: 'bzip2', magic: Buffer.from('BZh'), isHead: isBzip2 },
  {
    ...anywhere,
    format: 'uimage',
    magic: hex('27051956'),
    isHead: (head, left) => isUimage(head) && 64 + head.readUInt32BE(12) <= left,
    sizeOf: (head) => 64 + head.readUInt32BE(12),
  },
  { ...anywhere, format: 'fit', magic: hex('d00dfeed'), isHead: isFit },
  { ...anywhere, format: 'android-boot', magic: Buffer.from('ANDROID!'), isHead: isAndroidBoot },
  { ...anywhere, format: 'ubi', magic: Buffer.from('UBI#\x01'), alignment: 512, isHead: (head) => head.length >= 64 },
];

// A word that stands in programs, too: of what follows, the page or the version has to be sane.
function isAndroidBoot(head: Buffer): boolean {
  if (head.length < 1_664) return false;
  const [page, version] = [head.readUInt32LE(36), head.readUInt32LE(40)];
  return version === 3 || version === 4 || (page >= 2_048 && page <= 131_072 && (page & (page - 1)) === 0);
}

/** What a part says of its size, at most what is left; all that is left where it says nothing. */
export async function partSize(signature: Signature, part: Source): Promise<number> {
  if (!signature.sizeOf) return part.size;
  const head = await part.read(0, Math.min(2_048, part.size));
  return Math.min(part.size, signature.sizeOf(Buffer.from(head.buffer, head.byteOffset, head.byteLength)));
}
