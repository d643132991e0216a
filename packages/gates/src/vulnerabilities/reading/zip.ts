import { crc32, inflateRawSync } from 'node:zlib';
import type { Source } from '@fettle/images';
import { FettleError } from '@fettle/model';
import { WindowReader } from './window-reader.ts';

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
  const directory = await findDirectory(source);
  if (directory.entries > bounds.entries) {
    throw new FettleError(
      'too-large',
      `Expected a zip of at most ${bounds.entries} entries, found ${directory.entries}.`,
    );
  }
  const headers = new WindowReader(source);
  const contents = new WindowReader(source);
  let at = directory.offset;
  let unpacked = 0;
  for (let count = 0; count < directory.entries; count++) {
    const header = await readCentralHeader(headers, source, at);
    at += header.length;
    if (header.name.endsWith('/')) continue;
    const bytes = header.size > bounds.entryBytes ? undefined : await readEntry(contents, source, header);
    unpacked += bytes instanceof Uint8Array ? bytes.length : 0;
    if (unpacked > bounds.bytes)
      throw new FettleError('too-large', `Expected at most ${bounds.bytes} bytes out of a zip, found more.`);
    if (bytes instanceof Uint8Array) yield { name: header.name, bytes, problem: '' };
    else yield { name: header.name, bytes: undefined, problem: bytes ?? `it has more than ${bounds.entryBytes} bytes` };
  }
}

/** Whether the bytes begin as a zip with entries does. */
export async function isZip(source: Source): Promise<boolean> {
  return source.size >= 22 && Buffer.from(await source.read(0, 4)).readUInt32LE(0) === 0x04034b50;
}

interface Directory {
  readonly offset: number;
  readonly entries: number;
}

/** §4.3.16, and §4.3.14, §4.3.15 for zip64. */
async function findDirectory(source: Source): Promise<Directory> {
  const length = Math.min(source.size, 22 + 65_535);
  const tail = Buffer.from(await source.read(source.size - length, length));
  const at = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (at < 0 || at + 22 > tail.length) throw broken('no end of central directory');
  const locatorAt = at - 20;
  if (locatorAt >= 0 && tail.readUInt32LE(locatorAt) === 0x07064b50) {
    const offset = Number(tail.readBigUInt64LE(locatorAt + 8));
    const record = await readPart(source, offset, 56);
    if (record.readUInt32LE(0) !== 0x06064b50) throw broken('a misplaced end of central directory');
    return { entries: Number(record.readBigUInt64LE(32)), offset: Number(record.readBigUInt64LE(48)) };
  }
  return { entries: tail.readUInt16LE(at + 10), offset: tail.readUInt32LE(at + 16) };
}

interface EntryHeader {
  readonly name: string;
  /** Of the header. */
  readonly length: number;
  readonly method: number;
  readonly isEncrypted: boolean;
  readonly crc: number;
  readonly packedSize: number;
  readonly size: number;
  readonly offset: number;
}

/** §4.3.12; sizes in the zip64 extra field (§4.5.3) where the plain ones are at their most. */
async function readCentralHeader(reader: WindowReader, source: Source, at: number): Promise<EntryHeader> {
  const fixed = await readPart(source, at, 46, reader);
  if (fixed.readUInt32LE(0) !== 0x02014b50) throw broken('a central directory that ends too early');
  const nameLength = fixed.readUInt16LE(28);
  const extraLength = fixed.readUInt16LE(30);
  const rest = await readPart(source, at + 46, nameLength + extraLength, reader);
  const wide = wideFields(rest.subarray(nameLength));
  const next = (plain: number) => (plain === 0xffffffff ? (wide.shift() ?? Number.POSITIVE_INFINITY) : plain);
  const size = next(fixed.readUInt32LE(24));
  const packedSize = next(fixed.readUInt32LE(20));
  return {
    name: rest.subarray(0, nameLength).toString('utf8'),
    length: 46 + nameLength + extraLength + fixed.readUInt16LE(32),
    method: fixed.readUInt16LE(10),
    isEncrypted: (fixed.readUInt16LE(8) & 1) !== 0,
    crc: fixed.readUInt32LE(16),
    size,
    packedSize,
    offset: next(fixed.readUInt32LE(42)),
  };
}

function wideFields(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    const field = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
    const values: number[] = [];
    for (let place = 0; place + 8 <= field.length; place += 8) values.push(Number(field.readBigUInt64LE(place)));
    return values;
  }
  return [];
}

/** @returns the content, or why there is none */
async function readEntry(reader: WindowReader, source: Source, header: EntryHeader): Promise<Uint8Array | string> {
  if (header.isEncrypted) return 'it is encrypted';
  // A deflated text is hardly ever longer than the text.
  if (header.packedSize > header.size * 2 + 1_024) return 'its sizes contradict each other';
  const local = await readPart(source, header.offset, 30, reader);
  if (local.readUInt32LE(0) !== 0x04034b50) return 'its local header is missing';
  const start = header.offset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
  const packed = await readPart(source, start, header.packedSize, reader);
  const bytes =
    header.method === 0
      ? packed
      : header.method === 8
        ? inflate(packed, header.size)
        : `method ${header.method} is not known`;
  if (typeof bytes === 'string') return bytes;
  return bytes.length === header.size && crc32(bytes) === header.crc ? bytes : 'its checksum does not agree';
}

function inflate(packed: Uint8Array, size: number): Uint8Array | string {
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, size) });
  } catch {
    return 'it cannot be unpacked to the size it says';
  }
}

async function readPart(source: Source, offset: number, length: number, reader?: WindowReader): Promise<Buffer> {
  if (!Number.isSafeInteger(offset) || offset < 0 || offset + length > source.size)
    throw broken('a part beyond its end');
  const bytes = await (reader ?? source).read(offset, length);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function broken(what: string): FettleError {
  return new FettleError('invalid-input', `Expected a whole zip file, found ${what}.`);
}
