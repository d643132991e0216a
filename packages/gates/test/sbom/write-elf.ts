/** A section of a program that a test writes; those with an address are loaded, in a segment each. */
export interface WrittenSection {
  readonly name: string;
  readonly type?: number;
  readonly address?: number;
  readonly bytes: Uint8Array;
}

/** What kind of program: 32 or 64 bit, byte order, whether an interpreter loads it, whether it tells its sections. */
export interface ElfShape {
  readonly isWide?: boolean;
  readonly isBig?: boolean;
  readonly isHosted?: boolean;
  readonly hasSections?: boolean;
}

const readableWritable = 6;

/** Writes a program of the given sections. */
export function writeElf(sections: readonly WrittenSection[], shape: ElfShape = {}): Buffer {
  const { isWide = true, isBig = false, isHosted = false, hasSections = true } = shape;
  const form = { isWide, isBig };
  const names = ['', ...sections.map(({ name }) => name), '.shstrtab'];
  const nameTable = Buffer.from(`${names.join('\0')}\0`);
  const loaded = sections.filter(({ address }) => address !== undefined);
  const segments = loaded.length + (isHosted ? 1 : 0);
  const [headerSize, segmentSize] = isWide ? [64, 56] : [52, 32];
  let at = headerSize + segments * segmentSize;
  const all: readonly WrittenSection[] = [...sections, { name: '.shstrtab', type: 3, bytes: nameTable }];
  const placed = all.map((section) => {
    const offset = Math.ceil(at / 16) * 16;
    at = offset + section.bytes.length;
    return { ...section, offset };
  });
  const tableAt = Math.ceil(at / 16) * 16;
  const parts: { at: number; bytes: Buffer }[] = placed.map(({ offset, bytes }) => ({
    at: offset,
    bytes: Buffer.from(bytes),
  }));
  const segmentEntries = placed
    .filter(({ address }) => address !== undefined)
    .map(({ offset, bytes, address = 0 }) => segmentEntry(form, { type: 1, offset, address, size: bytes.length }));
  if (isHosted) segmentEntries.push(segmentEntry(form, { type: 3, offset: 0, address: 0, size: 4 }));
  segmentEntries.forEach((bytes, index) => {
    parts.push({ at: headerSize + index * segmentSize, bytes });
  });
  const entries = [{ type: 0, offset: 0, bytes: Buffer.alloc(0), address: 0 }, ...placed].map((section, index) =>
    sectionEntry(form, { nameAt: nameOffset(names, index), ...section }),
  );
  if (hasSections) parts.push({ at: tableAt, bytes: Buffer.concat(entries) });
  const count = hasSections ? entries.length : 0;
  parts.push({ at: 0, bytes: header(form, { segments, tableAt: hasSections ? tableAt : 0, count }) });
  const total = Math.max(...parts.map((part) => part.at + part.bytes.length));
  const file = Buffer.alloc(total);
  for (const part of parts) part.bytes.copy(file, part.at);
  return file;
}

interface Form {
  readonly isWide: boolean;
  readonly isBig: boolean;
}

function nameOffset(names: readonly string[], index: number): number {
  return names.slice(0, index).reduce((sum, name) => sum + name.length + 1, 0);
}

/** Numbers one after the other: `h` two bytes, `w` four, `x` the width of the file. */
function pack(form: Form, shape: string, values: readonly number[]): Buffer {
  return Buffer.concat(
    [...shape].map((kind, index) => {
      const size = kind === 'h' ? 2 : kind === 'w' || !form.isWide ? 4 : 8;
      const bytes = Buffer.alloc(size);
      const value = values[index] ?? 0;
      if (size === 8 && form.isBig) bytes.writeBigUInt64BE(BigInt(value));
      else if (size === 8) bytes.writeBigUInt64LE(BigInt(value));
      else if (form.isBig) bytes.writeUIntBE(value, 0, size);
      else bytes.writeUIntLE(value, 0, size);
      return bytes;
    }),
  );
}

function header(
  form: Form,
  { segments, tableAt, count }: { segments: number; tableAt: number; count: number },
): Buffer {
  const [headerSize, segmentSize, sectionSize] = form.isWide ? [64, 56, 64] : [52, 32, 40];
  const start = Buffer.from([0x7f, 0x45, 0x4c, 0x46, form.isWide ? 2 : 1, form.isBig ? 2 : 1, 1, 0]);
  const rest = [
    2,
    62,
    1,
    0,
    headerSize,
    tableAt,
    0,
    headerSize,
    segmentSize,
    segments,
    sectionSize,
    count,
    Math.max(0, count - 1),
  ];
  return Buffer.concat([start, Buffer.alloc(8), pack(form, 'hhwxxxwhhhhhh', rest)]);
}

function segmentEntry(form: Form, part: { type: number; offset: number; address: number; size: number }): Buffer {
  const { type, offset, address, size } = part;
  return form.isWide
    ? pack(form, 'wwxxxxxx', [type, readableWritable, offset, address, address, size, size, 16])
    : pack(form, 'wxxxxxwx', [type, offset, address, address, size, size, readableWritable, 16]);
}

function sectionEntry(
  form: Form,
  part: { nameAt: number; type?: number; address?: number; offset: number; bytes: Uint8Array },
): Buffer {
  const { nameAt, type = 1, address = 0, offset, bytes } = part;
  return pack(form, 'wwxxxxwwxx', [nameAt, type, 0, address, offset, bytes.length, 0, 0, 16, 0]);
}

/** A note: owner, type, content, each filled up to four bytes. */
export function writeNote(owner: string, type: number, content: Uint8Array, isBig = false): Buffer {
  const name = Buffer.from(`${owner}\0`);
  const fill = (bytes: Uint8Array) => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
  return Buffer.concat([
    pack({ isWide: false, isBig }, 'www', [name.length, content.length, type]),
    fill(name),
    fill(content),
  ]);
}
