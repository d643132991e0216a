import { unpackLzo } from '../compression/lzo.ts';
import { isLzop, lzopLongHeader } from '../core/kind-of.ts';
import type { OpenLayer } from '../core/open-layer.ts';
import type { PartReader } from '../core/part-reader.ts';
import { Unseen } from '../core/unseen.ts';
import { type End, openWrapped } from './wrapped.ts';

/** The program allows blocks of 64 MiB; it and kernels write 256 KiB. */
const maxBlockBytes = 16 * 1_048_576;
const flag = {
  adlerOfContent: 0x1,
  adlerOfPacked: 0x2,
  extraField: 0x40,
  crcOfContent: 0x100,
  crcOfPacked: 0x200,
  multipart: 0x400,
  filter: 0x800,
} as const;

/** As kernels of some boards are packed. Checksums are not compared. @source lzop 1.04; Linux lib/decompress_unlzo.c */
export async function openLzop(open: OpenLayer): Promise<number | null> {
  return await openWrapped(open, (end) => unpackMembers(open.reader, end));
}

async function* unpackMembers(reader: PartReader, end: End): AsyncGenerator<Uint8Array> {
  while (reader.size - end.at >= 40 && isLzop(await reader.bytes('A header', end.at, 40))) {
    yield* unpackMember(reader, end);
  }
}

async function* unpackMember(reader: PartReader, end: End): AsyncGenerator<Uint8Array> {
  const { flags, length } = await readHeader(reader, end.at);
  const sums = (wanted: readonly number[]) => 4 * wanted.filter((one) => (flags & one) !== 0).length;
  let at = end.at + length;
  for (;;) {
    reader.step(1);
    const size = (await reader.bytes('A block', at, 4)).readUInt32BE(0);
    at += 4;
    if (size === 0) break;
    const packedBytes = (await reader.bytes('A block', at, 4)).readUInt32BE(0);
    if (size > maxBlockBytes || packedBytes === 0 || packedBytes > size) {
      throw reader.malformed(
        `A block of ${size} bytes has ${packedBytes} when packed; at most ${maxBlockBytes} are right.`,
      );
    }
    const isStored = packedBytes === size;
    at += 4 + sums([flag.adlerOfContent, flag.crcOfContent]);
    if (!isStored) at += sums([flag.adlerOfPacked, flag.crcOfPacked]);
    const packed = await reader.bytes('A block', at, packedBytes);
    at += packedBytes;
    const block = isStored ? Buffer.from(packed) : unpackLzo(packed, size);
    if (block.length !== size) throw reader.malformed(`A block gives ${block.length} bytes, ${size} were announced.`);
    yield block;
  }
  end.at = at;
}

/** The fields are as many as version and flags say; a name of up to 255 bytes is among them. */
async function readHeader(reader: PartReader, start: number): Promise<{ flags: number; length: number }> {
  const head = await reader.bytes('A header', start, 40);
  const isLong = head.readUInt16BE(9) >= lzopLongHeader;
  let at = isLong ? 17 : 14;
  const flags = head.readUInt32BE(at);
  if ((flags & (flag.multipart | flag.filter)) !== 0) {
    throw new Unseen('unsupported', 'Parts of archives and filters of lzop are not read.');
  }
  at += isLong ? 16 : 12;
  // The length of the name, the name, a checksum.
  at += 1 + head.readUInt8(at) + 4;
  if ((flags & flag.extraField) !== 0) {
    at += 8 + (await reader.bytes('An extra field', start + at, 4)).readUInt32BE(0);
  }
  return { flags, length: at };
}
