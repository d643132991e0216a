import { crc32, deflateRawSync } from 'node:zlib';

export interface SmallEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Says another size than the content has. */
  readonly saidSize?: number;
  readonly stored?: boolean;
  /** Writes sizes and offset into the zip64 extra field. */
  readonly wide?: boolean;
}

/** A zip by hand. @source APPNOTE.TXT §4.3 */
export function makeZip(entries: readonly SmallEntry[], options: { readonly zip64?: boolean } = {}): Buffer {
  const parts: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const packed = entry.stored === true ? Buffer.from(entry.bytes) : deflateRawSync(entry.bytes);
    const size = entry.saidSize ?? entry.bytes.length;
    const fields = { method: entry.stored === true ? 0 : 8, crc: crc32(entry.bytes), packed: packed.length, size };
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    writeFields(local, 8, fields);
    local.writeUInt16LE(name.length, 26);
    parts.push(local, name, packed);
    central.push(centralHeader(name, { ...fields, offset, wide: entry.wide === true }));
    offset += local.length + name.length + packed.length;
  }
  const directory = Buffer.concat(central);
  return Buffer.concat([
    ...parts,
    directory,
    ...endOf(entries.length, { offset, length: directory.length, zip64: options.zip64 === true }),
  ]);
}

interface Fields {
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
}

function writeFields(header: Buffer, at: number, { method, crc, packed, size }: Fields): void {
  header.writeUInt16LE(method, at);
  header.writeUInt32LE(crc, at + 6);
  header.writeUInt32LE(packed, at + 10);
  header.writeUInt32LE(size, at + 14);
}

function centralHeader(name: Buffer, fields: Fields & { readonly offset: number; readonly wide: boolean }): Buffer {
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  writeFields(header, 10, fields);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt32LE(fields.offset, 42);
  if (!fields.wide) return Buffer.concat([header, name]);
  const extra = Buffer.alloc(28);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(24, 2);
  for (const [at, value] of [fields.size, fields.packed, fields.offset].entries())
    extra.writeBigUInt64LE(BigInt(value), 4 + at * 8);
  for (const at of [20, 24, 42]) header.writeUInt32LE(0xffffffff, at);
  header.writeUInt16LE(extra.length, 30);
  return Buffer.concat([header, name, extra]);
}

function endOf(
  count: number,
  place: { readonly offset: number; readonly length: number; readonly zip64: boolean },
): Buffer[] {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(place.zip64 ? 0xffff : count, 10);
  end.writeUInt32LE(place.length, 12);
  end.writeUInt32LE(place.zip64 ? 0xffffffff : place.offset, 16);
  if (!place.zip64) return [end];
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(place.length), 40);
  record.writeBigUInt64LE(BigInt(place.offset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(place.offset + place.length), 8);
  return [record, locator, end];
}
