import {
  type ElfForm,
  type ElfSection as ElfPlace,
  type ElfSegment,
  type ElfTable,
  type ElfTables,
  elfForm,
  elfHeaderBytes,
  elfNote,
  elfSectionOf,
  elfSegmentOf,
  elfTables,
  isElf,
  type Source,
} from '@fettle/images';

/** A part of a program that lies in the file. */
export interface ElfSection extends Omit<ElfPlace, 'nameAt' | 'link'> {
  readonly name: string;
}

/** Where the parts of a program are; parts that lie outside the file are left out. */
export interface ElfFile {
  readonly isWide: boolean;
  readonly isBig: boolean;
  readonly sections: readonly ElfSection[];
  readonly segments: readonly ElfSegment[];
}

export const segmentType = { load: 1, interpreter: 3, note: elfNote.segment } as const;
export const sectionType = { note: elfNote.section, noBits: 8 } as const;
export const writable = 2;

const maxSections = 20_000;
const maxSegments = 512;
const maxNameBytes = 4_194_304;

/**
 * Reads the tables of an ELF file. Undefined when it is none, or its header contradicts itself.
 * @source System V ABI, chapters 4 and 5
 */
export async function readElf(source: Source): Promise<ElfFile | undefined> {
  if (source.size < elfHeaderBytes.narrow) return undefined;
  const header = Buffer.from(await source.read(0, Math.min(elfHeaderBytes.wide, source.size)));
  if (!isElf(header)) return undefined;
  // Systems run programs of a class or byte order that there is not: they look at neither.
  const form = elfForm({ isWide: header[4] === 2, isBig: header[5] === 2 });
  if (form.isWide && header.length < elfHeaderBytes.wide) return undefined;
  const tables = elfTables(form, header);
  const segments = await readSegments(source, tables.segments, form);
  const sections = await readSections(source, tables, form);
  return { isWide: form.isWide, isBig: form.isBig, segments, sections };
}

/** The entries of a table, one buffer each; none when the table lies outside the file or is too long. */
async function readTable(source: Source, table: ElfTable, most: number): Promise<Buffer[]> {
  const { offset, entrySize, least, count } = table;
  if (offset === 0 || entrySize < least || count > most || offset + entrySize * count > source.size) return [];
  const bytes = Buffer.from(await source.read(offset, entrySize * count));
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * entrySize, (index + 1) * entrySize));
}

async function readSegments(source: Source, table: ElfTable, form: ElfForm): Promise<ElfSegment[]> {
  const entries = await readTable(source, table, maxSegments);
  return entries.map((entry) => elfSegmentOf(form, entry)).filter(({ offset, size }) => offset + size <= source.size);
}

async function readSections(source: Source, tables: ElfTables, form: ElfForm): Promise<ElfSection[]> {
  const sections = (await readTable(source, tables.sections, maxSections)).map((entry) => elfSectionOf(form, entry));
  const names = sections[tables.names];
  if (!names || names.size > maxNameBytes || names.offset + names.size > source.size) return [];
  const text = Buffer.from(await source.read(names.offset, names.size)).toString('latin1');
  return sections
    .filter(({ type, offset, size }) => type !== sectionType.noBits && offset + size <= source.size)
    .map(({ nameAt, type, address, offset, size }) => ({ type, address, offset, size, name: nameOf(text, nameAt) }));
}

function nameOf(names: string, at: number): string {
  const end = names.indexOf('\0', at);
  return at >= names.length ? '' : names.slice(at, Math.min(end === -1 ? names.length : end, at + 128));
}
