import { BrokenElf, type ElfForm, type ElfReader, elfForm } from './reader.ts';

export type ElfType = 'relocatable' | 'executable' | 'shared' | 'core' | 'other';

export interface Segment {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly address: number;
  readonly fileBytes: number;
}

export interface Section {
  readonly name: string;
  readonly type: number;
  readonly offset: number;
  readonly size: number;
  /** Of a symbol table: the index of its strings. */
  readonly link: number;
}

export interface ElfHeader {
  readonly form: ElfForm;
  readonly type: ElfType;
  readonly machine: number;
  readonly segments: readonly Segment[];
  readonly sections: readonly Section[];
}

const types: readonly ElfType[] = ['other', 'relocatable', 'executable', 'shared', 'core'];
const mostEntries = 65_536;
const mostNameBytes = 4_194_304;
const mostSectionName = 256;
const nobits = 8;

/**
 * Reads header, segments and sections.
 * @throws BrokenElf
 * @source System V ABI, chapters 4 and 5
 */
export async function readHeader(reader: ElfReader): Promise<ElfHeader> {
  const start = await reader.bytes('The header', { offset: 0, length: Math.min(64, reader.size), most: 64 });
  if (start.length < 20) throw new BrokenElf(`Expected an ELF header, found ${start.length} bytes.`);
  const form = elfForm(start);
  if (start.length < (form.isWide ? 64 : 52)) throw new BrokenElf(`The header ends after ${start.length} bytes.`);
  const counts = form.isWide ? 54 : 42;
  const segments = await readTable(reader, {
    what: 'The table of segments',
    offset: form.wide(start, form.isWide ? 32 : 28),
    entryBytes: form.half(start, counts),
    count: form.half(start, counts + 2),
    least: form.isWide ? 56 : 32,
  });
  const sections = await readTable(reader, {
    what: 'The table of sections',
    offset: form.wide(start, form.isWide ? 40 : 32),
    entryBytes: form.half(start, counts + 4),
    count: form.half(start, counts + 6),
    least: form.isWide ? 64 : 40,
  });
  return {
    form,
    type: types[form.half(start, 16)] ?? 'other',
    machine: form.half(start, 18),
    segments: segments.map((entry) => segmentOf(form, entry)),
    sections: await namedSections(reader, { form, entries: sections, names: form.half(start, counts + 8) }),
  };
}

interface Table {
  readonly what: string;
  readonly offset: number;
  readonly entryBytes: number;
  readonly count: number;
  readonly least: number;
}

async function readTable(reader: ElfReader, table: Table): Promise<Buffer[]> {
  const { what, offset, entryBytes, count, least } = table;
  if (offset === 0 || count === 0) return [];
  if (entryBytes < least || entryBytes > 1_024) {
    throw new BrokenElf(`${what} should have entries of ${least} bytes, found ${entryBytes}.`);
  }
  const bytes = await reader.bytes(what, { offset, length: entryBytes * count, most: mostEntries * 1_024 });
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * entryBytes, (index + 1) * entryBytes));
}

function segmentOf(form: ElfForm, entry: Buffer): Segment {
  const { isWide, word, wide } = form;
  return {
    type: word(entry, 0),
    flags: word(entry, isWide ? 4 : 24),
    offset: wide(entry, isWide ? 8 : 4),
    address: wide(entry, isWide ? 16 : 8),
    fileBytes: wide(entry, isWide ? 32 : 16),
  };
}

async function namedSections(
  reader: ElfReader,
  table: { readonly form: ElfForm; readonly entries: readonly Buffer[]; readonly names: number },
): Promise<readonly Section[]> {
  const { form, entries, names } = table;
  const { isWide, word, wide } = form;
  const place = (entry: Buffer) => ({
    type: word(entry, 4),
    offset: wide(entry, isWide ? 24 : 16),
    size: wide(entry, isWide ? 32 : 20),
    link: word(entry, isWide ? 40 : 24),
  });
  const strings = entries[names];
  const { offset, size, type } = strings ? place(strings) : { offset: 0, size: 0, type: nobits };
  const text =
    type === nobits
      ? Buffer.alloc(0)
      : await reader.bytes('The names of sections', { offset, length: size, most: mostNameBytes });
  return entries.map((entry) => ({ ...place(entry), name: textAt(text, word(entry, 0), mostSectionName) }));
}

/** The text from `at` up to its NUL, cut off at `most` bytes; empty when there is none there. */
export function textAt(strings: Buffer, at: number, most = 4_096): string {
  const text = strings.subarray(at, at + most);
  const nul = text.indexOf(0);
  return text.toString('latin1', 0, nul < 0 ? text.length : nul);
}
