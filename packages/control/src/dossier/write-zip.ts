import { crc32 } from 'node:zlib';
import type { DossierFile } from './dossier-file.ts';

/** 1980-01-01 00:00, the first instant that a zip can tell: the same files make the same archive. */
const fixedDate = 0x21;
const versionNeeded = 20;
const utf8Names = 0x0800;

/**
 * A zip of stored files, one after the other. Stored, so that every byte of the archive is under one rule or another and
 * no version of zlib changes it; only one file is in memory at a time.
 * @param files in order of path
 * @source PKWARE APPNOTE.TXT 6.3.10 §4.3
 */
export async function* writeZip(files: readonly DossierFile[]): AsyncGenerator<Uint8Array> {
  const central: Uint8Array[] = [];
  let offset = 0;
  for (const file of files) {
    const bytes = await file.read();
    const name = Buffer.from(file.path, 'utf8');
    const facts = factsOf(bytes, name.length);
    const local = Buffer.concat([uint32(0x04034b50), uint16(versionNeeded), facts, uint16(0), name]);
    central.push(centralEntry(facts, name, offset));
    yield local;
    yield bytes;
    offset += local.length + bytes.length;
  }
  const directory = Buffer.concat(central);
  yield directory;
  yield endOf(files.length, directory.length, offset);
}

/** Flags, method, time, date, CRC, both sizes, length of the name: the same in both places. */
function factsOf(bytes: Uint8Array, nameLength: number): Buffer {
  return Buffer.concat([
    uint16(utf8Names),
    uint16(0),
    uint16(0),
    uint16(fixedDate),
    uint32(crc32(bytes)),
    uint32(bytes.length),
    uint32(bytes.length),
    uint16(nameLength),
  ]);
}

function centralEntry(facts: Buffer, name: Buffer, offset: number): Buffer {
  const noExtra = [uint16(0), uint16(0), uint16(0), uint16(0), uint32(0)];
  const head = [uint32(0x02014b50), uint16(versionNeeded), uint16(versionNeeded), facts];
  return Buffer.concat([...head, ...noExtra, uint32(offset), name]);
}

function endOf(count: number, directoryBytes: number, offset: number): Buffer {
  const counts = [uint16(0), uint16(0), uint16(count), uint16(count)];
  return Buffer.concat([uint32(0x06054b50), ...counts, uint32(directoryBytes), uint32(offset), uint16(0)]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
}
