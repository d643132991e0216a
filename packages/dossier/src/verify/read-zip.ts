/** Files of an archive by path. */
export type Files = ReadonlyMap<string, Uint8Array>;

const mostFiles = 60_000;

/**
 * Reads an archive as dossiers are written and no other: stored files, one after the other, with fixed dates, then the
 * directory. Every byte is expected to be what it is, so that none can be changed without being missed.
 * @throws Error what is wrong, with the file
 */
export function readZip(zip: Uint8Array): Files {
  const bytes = Buffer.from(zip.buffer, zip.byteOffset, zip.length);
  const files = new Map<string, Uint8Array>();
  const directory: Buffer[] = [];
  let offset = 0;
  while (bytes.length >= offset + 30 && bytes.readUInt32LE(offset) === 0x04034b50) {
    const name = nameAt(bytes, offset);
    const size = bytes.readUInt32LE(offset + 18);
    const start = offset + 30 + name.length;
    const content = bytes.subarray(start, start + size);
    const path = name.toString('utf8');
    if (content.length !== size) throw new Error(`${path}: the archive ends within it`);
    if (!bytes.subarray(offset, start).equals(headerOf(name, content)))
      throw new Error(`${path}: its header is not as dossiers have it, or its CRC-32 is of other bytes`);
    if (!/^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/.test(path) || path.includes('..'))
      throw new Error(`${path.slice(0, 80)}: not a path of a dossier`);
    if (files.has(path)) throw new Error(`${path}: is there twice`);
    if (files.size >= mostFiles) throw new Error(`more than ${mostFiles} files`);
    files.set(path, content);
    directory.push(entryOf(name, content, offset));
    offset = start + size;
  }
  const entries = Buffer.concat(directory);
  if (!bytes.subarray(offset).equals(Buffer.concat([entries, endOf(files.size, entries.length, offset)]))) {
    throw new Error('the directory at the end of the archive is not the one of its files');
  }
  return files;
}

function nameAt(bytes: Buffer, offset: number): Buffer {
  const length = bytes.readUInt16LE(offset + 26);
  return bytes.subarray(offset + 30, offset + 30 + length);
}

/** @source PKWARE APPNOTE.TXT 6.3.10 §4.3.7 */
function headerOf(name: Buffer, content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from('504b03041400', 'hex'), factsOf(name, content), Buffer.alloc(2), name]);
}

/** §4.3.12 */
function entryOf(name: Buffer, content: Uint8Array, offset: number): Buffer {
  const place = Buffer.alloc(16);
  place.writeUInt32LE(offset, 12);
  return Buffer.concat([Buffer.from('504b010214001400', 'hex'), factsOf(name, content), place, name]);
}

/** §4.3.16 */
function endOf(count: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return end;
}

function factsOf(name: Buffer, content: Uint8Array): Buffer {
  const facts = Buffer.alloc(22);
  facts.writeUInt16LE(0x0800, 0);
  facts.writeUInt16LE(0x21, 6);
  facts.writeUInt32LE(crcOf(content), 8);
  facts.writeUInt32LE(content.length, 12);
  facts.writeUInt32LE(content.length, 16);
  facts.writeUInt16LE(name.length, 20);
  return facts;
}

/** CRC-32 of ISO 3309, by eight bits at a time. */
const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

function crcOf(content: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of content) crc = (crcTable[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
