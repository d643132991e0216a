import type { Findings } from '../inspection.ts';
import { windowBytes } from '../reading/bounds.ts';
import type { ImageReader } from '../reading/image-reader.ts';
import { Malformed } from '../reading/malformed.ts';
import type { NamedRange } from '../reading/ranges.ts';
import { type ElfForm, type ElfTable, elfForm, elfTables, noteOfSection, noteOfSegment } from './layout.ts';
import { machineName } from './machines.ts';
import { type ElfNotes, readNotes } from './notes.ts';

/** Areas of notes that are looked at; programs have two or three. */
const maxNoteAreas = 64;
const headerBytes = 52;
const wideHeaderBytes = 64;

/**
 * Reads an ELF program: machine, build id, and the package note where there is one. It has no signature.
 * Memory: one table of at most 4 MiB.
 * @source System V ABI, chapter 4 and 5
 */
export async function inspectElf(reader: ImageReader): Promise<Findings> {
  const start = await reader.bytes('The header', 0, headerBytes);
  const form = elfForm(start);
  const header = form.isWide ? await reader.bytes('The header', 0, wideHeaderBytes) : start;
  const { segments, sections } = elfTables(form, header);
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
