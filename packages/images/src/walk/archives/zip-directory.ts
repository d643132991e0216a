import { nameOf } from '../core/names.ts';

/** The bytes of an archive. */
export interface ZipReader {
  readonly size: number;
  /** Exactly these bytes, valid for as long as they are held; throws where they lie outside, beginning with `what`. */
  bytes(what: string, offset: number, length: number): Promise<Buffer>;
  /** What is thrown over an archive that is damaged. */
  malformed(message: string): Error;
}

export interface ZipMember {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  /** CRC-32 of the content. */
  readonly crc: number;
  readonly packedBytes: number;
  readonly sizeBytes: number;
  /** Offset of its own header. */
  readonly headerAt: number;
  /** As POSIX has it, with the kind; null where the archive comes from a system that has none. */
  readonly mode: number | null;
}

export interface ZipDirectory {
  readonly offset: number;
  readonly length: number;
  readonly count: number;
  /** Bytes before the archive that its offsets do not count. */
  readonly shift: number;
  readonly end: number;
}

const endBytes = 22;
const locatorBytes = 20;
const entryBytes = 46;
/** Of the header before a member's content, without its name. */
export const zipHeaderBytes = 30;
const maxCommentBytes = 65_535;
const unixSystem = 3;

/** Finds the central directory from the end. @source APPNOTE.TXT 6.3.10, 4.3.14 to 4.3.16 */
export async function findZipDirectory(reader: ZipReader): Promise<ZipDirectory> {
  const length = Math.min(reader.size, endBytes + maxCommentBytes);
  const tail = await reader.bytes('The end', reader.size - length, length);
  for (let at = tail.lastIndexOf('PK\x05\x06', tail.length, 'latin1'); at >= 0; ) {
    const isFitting = at + endBytes <= tail.length && at + endBytes + tail.readUInt16LE(at + 20) <= tail.length;
    if (isFitting) return await directoryOf(reader, tail.subarray(at), reader.size - length + at);
    at = at === 0 ? -1 : tail.lastIndexOf('PK\x05\x06', at - 1, 'latin1');
  }
  throw reader.malformed('A zip archive should end with its directory; it was cut off.');
}

async function directoryOf(reader: ZipReader, bytes: Buffer, endAt: number): Promise<ZipDirectory> {
  const end = endAt + endBytes + bytes.readUInt16LE(20);
  const small = { count: bytes.readUInt16LE(10), length: bytes.readUInt32LE(12), offset: bytes.readUInt32LE(16) };
  // Writers of streams add the large form whatever the sizes are: where it is there, it counts.
  const large = await largeDirectory(reader, endAt - locatorBytes);
  const { count, length, offset } = large ?? small;
  const shift = (large?.recordAt ?? endAt) - offset - length;
  if (shift < 0) throw reader.malformed('The directory of a zip archive does not lie before its end.');
  return { count, length, offset: offset + shift, shift, end };
}

async function largeDirectory(reader: ZipReader, locatorAt: number) {
  if (locatorAt < 0) return undefined;
  const locator = await reader.bytes('A locator', locatorAt, locatorBytes);
  if (locator.readUInt32LE(0) !== 0x07064b50) return undefined;
  const recordAt = Number(locator.readBigUInt64LE(8));
  const record = await reader.bytes('The end of a directory', recordAt, 56);
  if (record.readUInt32LE(0) !== 0x06064b50) throw reader.malformed('The end of a zip64 directory is damaged.');
  const field = (at: number) => Number(record.readBigUInt64LE(at));
  return { count: field(32), length: field(40), offset: field(48), recordAt };
}

/** Reads the members in the order of the directory, one at a time. @source APPNOTE.TXT 6.3.10, 4.3.12 */
export async function* zipMembers(reader: ZipReader, directory: ZipDirectory): AsyncGenerator<ZipMember> {
  let at = directory.offset;
  const end = directory.offset + directory.length;
  while (at + entryBytes <= end) {
    const entry = await reader.bytes('An entry of the directory', at, entryBytes);
    if (entry.readUInt32LE(0) !== 0x02014b50) throw reader.malformed(`Expected an entry of the directory at ${at}.`);
    const [nameLength, extraLength] = [entry.readUInt16LE(28), entry.readUInt16LE(30)];
    const rest = await reader.bytes('A name', at + entryBytes, nameLength + extraLength);
    const isUnix = entry.readUInt8(5) === unixSystem;
    yield {
      name: nameOf(rest.subarray(0, nameLength)),
      flags: entry.readUInt16LE(8),
      method: entry.readUInt16LE(10),
      crc: entry.readUInt32LE(16),
      mode: isUnix && entry.readUInt16LE(40) !== 0 ? entry.readUInt16LE(40) : null,
      ...sizesOf(reader, { entry, extra: rest.subarray(nameLength), shift: directory.shift }),
    };
    at += entryBytes + nameLength + extraLength + entry.readUInt16LE(32);
  }
}

/** Where the content of a member begins; undefined where the header before it is missing. @source APPNOTE.TXT 6.3.10, 4.3.7 */
export async function zipContentAt(reader: ZipReader, { headerAt }: ZipMember): Promise<number | undefined> {
  const header = await reader.bytes('The header of a member', headerAt, zipHeaderBytes);
  if (header.readUInt32LE(0) !== 0x04034b50) return undefined;
  return headerAt + zipHeaderBytes + header.readUInt16LE(26) + header.readUInt16LE(28);
}

interface Entry {
  readonly entry: Buffer;
  readonly extra: Buffer;
  readonly shift: number;
}

/** Numbers that do not fit stand in an extra field, in a fixed order, only those that are missing. */
function sizesOf(reader: ZipReader, { entry, extra, shift }: Entry) {
  const field = largeField(extra);
  let at = 0;
  const wide = (value: number) => {
    if (value !== 0xffffffff) return value;
    at += 8;
    if (at > field.length) throw reader.malformed('An entry of the directory lacks a number of zip64.');
    return Number(field.readBigUInt64LE(at - 8));
  };
  const sizeBytes = wide(entry.readUInt32LE(24));
  const packedBytes = wide(entry.readUInt32LE(20));
  return { sizeBytes, packedBytes, headerAt: wide(entry.readUInt32LE(42)) + shift };
}

function largeField(extra: Buffer): Buffer {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) === 1) return extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
  }
  return Buffer.alloc(0);
}
