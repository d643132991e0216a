import type { Findings } from '../inspection.ts';
import { windowBytes } from '../reading/bounds.ts';
import type { ImageReader } from '../reading/image-reader.ts';
import { Malformed } from '../reading/malformed.ts';
import type { NamedRange } from '../reading/ranges.ts';
import {
  type ElfForm,
  type ElfTable,
  elfHeaderBytes,
  elfNote,
  elfSectionOf,
  elfSegmentOf,
  elfTables,
  statedElfForm,
} from './layout.ts';
import { machineName } from './machines.ts';
import { type ElfNotes, readNotes } from './notes.ts';

/** Areas of notes that are looked at; programs have two or three. */
const maxNoteAreas = 64;

/**
 * Reads an ELF program: machine, build id, and the package note where there is one. It has no signature.
 * Memory: one table of at most 4 MiB.
 * @source System V ABI, chapter 4 and 5
 */
export async function inspectElf(reader: ImageReader): Promise<Findings> {
  const start = await reader.bytes('The header', 0, elfHeaderBytes.narrow);
  const form = statedElfForm(start);
  if (!form) throw new Malformed('unsupported', `ELF of class ${start[4]} and byte order ${start[5]} is not read.`);
  const header = form.isWide ? await reader.bytes('The header', 0, elfHeaderBytes.wide) : start;
  const { segments, sections } = elfTables(form, header);
  requireEntries(segments);
  requireEntries(sections);
  const areas = [
    ...(await noteAreas(reader, segments, (entry) => noteOfSegment(form, entry))),
    ...(await noteAreas(reader, sections, (entry) => noteOfSection(form, entry))),
  ];
  if (areas.length > maxNoteAreas) throw new Malformed('limit', `The program has ${areas.length} areas of notes.`);
  const notes = await collectNotes(reader, form, areas);
  return {
    hardwareIds: [machineName(form.half(header, 18))],
    ...(notes.buildId === undefined ? {} : { build: notes.buildId }),
    ...(notes.packageVersion === undefined ? {} : { version: notes.packageVersion }),
    ...(notes.packageName === undefined ? {} : { description: notes.packageName }),
  };
}

function requireEntries({ what, entrySize, least, count }: ElfTable): void {
  if (count === 0 || entrySize === least) return;
  throw new Malformed('contradiction', `${what} should have entries of ${least} bytes, not ${entrySize}.`);
}

function noteOfSegment(form: ElfForm, entry: Buffer): NamedRange | undefined {
  const { type, offset, size } = elfSegmentOf(form, entry);
  return type === elfNote.segment ? { what: 'A segment of notes', offset, length: size } : undefined;
}

function noteOfSection(form: ElfForm, entry: Buffer): NamedRange | undefined {
  const { type, offset, size } = elfSectionOf(form, entry);
  return type === elfNote.section ? { what: 'A section of notes', offset, length: size } : undefined;
}

async function noteAreas(
  reader: ImageReader,
  table: ElfTable,
  find: (entry: Buffer) => NamedRange | undefined,
): Promise<NamedRange[]> {
  if (table.count === 0 || table.offset === 0) return [];
  const { entrySize, count } = table;
  const bytes = await reader.bytes(table.what, table.offset, entrySize * count);
  const areas: NamedRange[] = [];
  for (let at = 0; at < bytes.length; at += entrySize) {
    const area = find(bytes.subarray(at, at + entrySize));
    if (area) areas.push(area);
  }
  return areas;
}

async function collectNotes(reader: ImageReader, form: ElfForm, areas: readonly NamedRange[]): Promise<ElfNotes> {
  let notes: ElfNotes = {};
  for (const { what, offset, length } of areas) {
    reader.require(what, offset, length);
    notes = { ...readNotes(form, await reader.bytes(what, offset, Math.min(length, windowBytes))), ...notes };
  }
  return notes;
}
