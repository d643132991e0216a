import {
  type ElfForm,
  type ElfSection,
  type ElfSegment,
  type ElfTable,
  elfHeaderBytes,
  elfSectionOf,
  elfSegmentOf,
  elfTables,
  statedElfForm,
} from '@fettle/images';
import { BrokenElf, type ElfReader } from './reader.ts';

export type ElfType = 'relocatable' | 'executable' | 'shared' | 'core' | 'other';

export interface Section extends Omit<ElfSection, 'nameAt'> {
  readonly name: string;
}

export interface ElfHeader {
  readonly form: ElfForm;
  readonly type: ElfType;
  readonly machine: number;
  readonly segments: readonly ElfSegment[];
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
  const form = statedElfForm(start);
  if (!form) {
    throw new BrokenElf(
      `Expected an ELF file of class 1 or 2 and byte order 1 or 2, found ${start[4]} and ${start[5]}.`,
    );
  }
  if (start.length < (form.isWide ? elfHeaderBytes.wide : elfHeaderBytes.narrow)) {
    throw new BrokenElf(`The header ends after ${start.length} bytes.`);
  }
  const tables = elfTables(form, start);
  const segments = await readTable(reader, tables.segments);
  const sections = await readTable(reader, tables.sections);
  return {
    form,
    type: types[form.half(start, 16)] ?? 'other',
    machine: form.half(start, 18),
    segments: segments.map((entry) => elfSegmentOf(form, entry)),
    sections: await namedSections(reader, { form, entries: sections, names: tables.names }),
  };
}

async function readTable(reader: ElfReader, table: ElfTable): Promise<Buffer[]> {
  const { what, offset, entrySize, count, least } = table;
  if (offset === 0 || count === 0) return [];
  if (entrySize < least || entrySize > 1_024) {
    throw new BrokenElf(`${what} should have entries of ${least} bytes, found ${entrySize}.`);
  }
  const bytes = await reader.bytes(what, { offset, length: entrySize * count, most: mostEntries * 1_024 });
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * entrySize, (index + 1) * entrySize));
}

async function namedSections(
  reader: ElfReader,
  table: { readonly form: ElfForm; readonly entries: readonly Buffer[]; readonly names: number },
): Promise<readonly Section[]> {
  const { form, entries, names } = table;
  const places = entries.map((entry) => elfSectionOf(form, entry));
  const { offset, size, type } = places[names] ?? { offset: 0, size: 0, type: nobits };
  const text =
    type === nobits
      ? Buffer.alloc(0)
      : await reader.bytes('The names of sections', { offset, length: size, most: mostNameBytes });
  return places.map(({ nameAt, ...place }) => ({ ...place, name: textAt(text, nameAt, mostSectionName) }));
}

/** The text from `at` up to its NUL, cut off at `most` bytes; empty when there is none there. */
export function textAt(strings: Buffer, at: number, most = 4_096): string {
  const text = strings.subarray(at, at + most);
  const nul = text.indexOf(0);
  return text.toString('latin1', 0, nul < 0 ? text.length : nul);
}
