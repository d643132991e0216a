import { crc32, inflateRawSync } from 'node:zlib';
import {
  findZipDirectory,
  type Source,
  type ZipMember,
  type ZipReader,
  zipContentAt,
  zipMembers,
} from '@fettle/images';
import { FettleError } from '@fettle/model';
import { WindowReader } from './window-reader.ts';

const encryptedFlag = 0x1;

export interface ZipBounds {
  /** Of one entry, unpacked. */
  readonly entryBytes: number;
  /** Of all entries together. */
  readonly bytes: number;
  readonly entries: number;
}

export interface ZipEntry {
  readonly name: string;
  /** Undefined, with a problem, where it cannot be unpacked; the others still can. */
  readonly bytes: Uint8Array | undefined;
  readonly problem: string;
}

/**
 * The files of a zip, in the order of its central directory, which is streamed too: hundreds of thousands of small files
 * are usual. Stored and deflated entries; zip64.
 * @throws FettleError `invalid-input` when it is no zip, `too-large` over the bounds
 * @source APPNOTE.TXT 6.3.10 §4.3
 */
export async function* readZip(source: Source, bounds: ZipBounds): AsyncGenerator<ZipEntry> {
  const headers = readerOf(source);
  const contents = readerOf(source);
  const directory = await findZipDirectory(headers);
  if (directory.count > bounds.entries) {
    throw new FettleError(
      'too-large',
      `Expected a zip of at most ${bounds.entries} entries, found ${directory.count}.`,
    );
  }
  let entries = 0;
  let unpacked = 0;
  for await (const member of zipMembers(headers, directory)) {
    if (++entries > directory.count) throw headers.malformed('Its directory has more entries than it says.');
    if (member.name.endsWith('/')) continue;
    const bytes = member.sizeBytes > bounds.entryBytes ? undefined : await readEntry(contents, member);
    unpacked += bytes instanceof Uint8Array ? bytes.length : 0;
    if (unpacked > bounds.bytes)
      throw new FettleError('too-large', `Expected at most ${bounds.bytes} bytes out of a zip, found more.`);
    if (bytes instanceof Uint8Array) yield { name: member.name, bytes, problem: '' };
    else yield { name: member.name, bytes: undefined, problem: bytes ?? `it has more than ${bounds.entryBytes} bytes` };
  }
  if (entries < directory.count) throw headers.malformed('Its directory has fewer entries than it says.');
}

/** Whether the bytes begin as a zip with entries does. */
export async function isZip(source: Source): Promise<boolean> {
  return source.size >= 22 && Buffer.from(await source.read(0, 4)).readUInt32LE(0) === 0x04034b50;
}

/** Reads the entries and their contents one behind the other, each through a window of its own. */
function readerOf(source: Source): ZipReader {
  const window = new WindowReader(source);
  const malformed = (message: string) => new FettleError('invalid-input', `Expected a whole zip file. ${message}`);
  const bytes = async (what: string, offset: number, length: number) => {
    const end = offset + length;
    if (!Number.isSafeInteger(offset) || offset < 0 || !Number.isSafeInteger(end) || end > source.size)
      throw malformed(`${what} lies beyond its end.`);
    const read = await window.read(offset, length);
    return Buffer.from(read.buffer, read.byteOffset, read.byteLength);
  };
  return { size: source.size, bytes, malformed };
}

/** @returns the content, or why there is none */
async function readEntry(reader: ZipReader, member: ZipMember): Promise<Uint8Array | string> {
  const { flags, method, crc, packedBytes, sizeBytes } = member;
  if ((flags & encryptedFlag) !== 0) return 'it is encrypted';
  // A deflated text is hardly ever longer than the text.
  if (packedBytes > sizeBytes * 2 + 1_024) return 'its sizes contradict each other';
  const start = await zipContentAt(reader, member);
  if (start === undefined) return 'its local header is missing';
  const packed = await reader.bytes('The content of an entry', start, packedBytes);
  const bytes = method === 0 ? packed : method === 8 ? inflate(packed, sizeBytes) : `method ${method} is not known`;
  if (typeof bytes === 'string') return bytes;
  return bytes.length === sizeBytes && crc32(bytes) === crc ? bytes : 'its checksum does not agree';
}

function inflate(packed: Uint8Array, size: number): Uint8Array | string {
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, size) });
  } catch {
    return 'it cannot be unpacked to the size it says';
  }
}
