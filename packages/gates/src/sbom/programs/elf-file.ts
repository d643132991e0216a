import type { Source } from '@fettle/images';

/** A part of a program that lies in the file. */
export interface ElfSection {
  readonly name: string;
  readonly type: number;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
}
export interface ElfSegment {
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
}

/** Where the parts of a program are; parts that lie outside the file are left out. */
export interface ElfFile {
  readonly isWide: boolean;
  readonly isBig: boolean;
  readonly sections: readonly ElfSection[];
  readonly segments: readonly ElfSegment[];
}

export const segmentType = { load: 1, interpreter: 3, note: 4 } as const;
export const sectionType = { note: 7, noBits: 8 } as const;
export const writable = 2;

const maxSections = 20_000;
const maxSegments = 512;
const maxNameBytes = 4_194_304;

export function isElf(start: Uint8Array): boolean {
  return start[0] === 0x7f && start[1] === 0x45 && start[2] === 0x4c && start[3] === 0x46;
}

/**
 * Reads the tables of an ELF file. Undefined when it is none, or its header contradicts itself.
 * @source System V ABI, chapters 4 and 5
 */
export async function readElf(source: Source): Promise<ElfFile | undefined> {
  if (source.size < 52) return undefined;
  const header = Buffer.from(await source.read(0, Math.min(64, source.size)));
  if (!isElf(header)) return undefined;
  const [isWide, isBig] = [header[4] === 2, header[5] === 2];
  if (isWide && header.length < 64) return undefined;
  const form = { isWide, isBig };
  const tables = isWide ? { phoff: 32, shoff: 40, counts: 54 } : { phoff: 28, shoff: 32, counts: 42 };
  const wide = (at: number) => readWide(header, at, form);
  const half = (at: number) => (isBig ? header.readUInt16BE(at) : header.readUInt16LE(at));
  const segmentTable = { at: wide(tables.phoff), entry: half(tables.counts), count: half(tables.counts + 2) };
  const sectionTable = { at: wide(tables.shoff), entry: half(tables.counts + 4), count: half(tables.counts + 6) };
  const segments = await readSegments(source, segmentTable, form);
  const sections = await readSections(source, { ...sectionTable, names: half(tables.counts + 8) }, form);
  return { ...form, segments, sections };
}

interface Form {
  readonly isWide: boolean;
  readonly isBig: boolean;
}
interface Table {
  readonly at: number;
  readonly entry: number;
  readonly count: number;
}

function readWord(bytes: Buffer, at: number, form: Form): number {
  return form.isBig ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at);
}
function readWide(bytes: Buffer, at: number, form: Form): number {
  if (!form.isWide) return readWord(bytes, at, form);
  return Number(form.isBig ? bytes.readBigUInt64BE(at) : bytes.readBigUInt64LE(at));
}

/** The entries of a table, one buffer each; none when the table lies outside the file or is too long. */
async function readTable(source: Source, table: Table, bounds: { entry: number; count: number }): Promise<Buffer[]> {
  const { at, entry, count } = table;
  if (at === 0 || entry < bounds.entry || count > bounds.count || at + entry * count > source.size) return [];
  const bytes = Buffer.from(await source.read(at, entry * count));
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * entry, (index + 1) * entry));
}

async function readSegments(source: Source, table: Table, form: Form): Promise<ElfSegment[]> {
  const entries = await readTable(source, table, { entry: form.isWide ? 56 : 32, count: maxSegments });
  return entries
    .map((bytes) => ({
      type: readWord(bytes, 0, form),
      flags: readWord(bytes, form.isWide ? 4 : 24, form),
      offset: readWide(bytes, form.isWide ? 8 : 4, form),
      address: readWide(bytes, form.isWide ? 16 : 8, form),
      size: readWide(bytes, form.isWide ? 32 : 16, form),
    }))
    .filter(({ offset, size }) => offset + size <= source.size);
}

async function readSections(source: Source, table: Table & { names: number }, form: Form): Promise<ElfSection[]> {
  const entries = await readTable(source, table, { entry: form.isWide ? 64 : 40, count: maxSections });
  const sections = entries.map((bytes) => ({
    nameAt: readWord(bytes, 0, form),
    type: readWord(bytes, 4, form),
    address: readWide(bytes, form.isWide ? 16 : 12, form),
    offset: readWide(bytes, form.isWide ? 24 : 16, form),
    size: readWide(bytes, form.isWide ? 32 : 20, form),
  }));
  const names = sections[table.names];
  if (!names || names.size > maxNameBytes || names.offset + names.size > source.size) return [];
  const text = Buffer.from(await source.read(names.offset, names.size)).toString('latin1');
  return sections
    .filter(({ type, offset, size }) => type !== sectionType.noBits && offset + size <= source.size)
    .map(({ nameAt, ...section }) => ({ ...section, name: nameOf(text, nameAt) }));
}

function nameOf(names: string, at: number): string {
  const end = names.indexOf('\0', at);
  return at >= names.length ? '' : names.slice(at, Math.min(end === -1 ? names.length : end, at + 128));
}
