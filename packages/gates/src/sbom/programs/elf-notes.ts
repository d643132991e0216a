import type { Source } from '@fettle/images';
import { plainText } from '../sbom-limits.ts';
import { type ElfFile, sectionType, segmentType } from './elf-file.ts';

/** What notes say of the program: its build, and the package it was built for. */
export interface ProgramNotes {
  /** Hex. */
  readonly buildId?: string | undefined;
  readonly package?: PackageNote | undefined;
}

/** @source UAPI group, "Package metadata for executable files" */
export interface PackageNote {
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly os: string;
  readonly osVersion: string;
  readonly osCpe: string;
}

const maxAreas = 32;
const maxAreaBytes = 65_536;
const maxNotes = 256;
const buildIdType = 3;
const packageType = 0xcafe1a7e;

/** Reads the notes of a program. @source System V ABI, chapter 5 "Note section" */
export async function readProgramNotes(source: Source, elf: ElfFile): Promise<ProgramNotes> {
  const areas = [
    ...elf.sections.filter(({ type }) => type === sectionType.note),
    ...elf.segments.filter(({ type }) => type === segmentType.note),
  ];
  let notes: ProgramNotes = {};
  for (const { offset, size } of areas.slice(0, maxAreas)) {
    const bytes = Buffer.from(await source.read(offset, Math.min(size, maxAreaBytes)));
    notes = { ...readArea(bytes, elf.isBig), ...notes };
  }
  return notes;
}

function readArea(bytes: Buffer, isBig: boolean): ProgramNotes {
  const word = (at: number) => (isBig ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at));
  const notes: { buildId?: string; package?: PackageNote } = {};
  let at = 0;
  for (let count = 0; count < maxNotes && at + 12 <= bytes.length; count++) {
    const [nameSize, size, type] = [word(at), word(at + 4), word(at + 8)];
    const contentAt = at + 12 + align4(nameSize);
    if (nameSize > 64 || contentAt + size > bytes.length) break;
    const owner = bytes.toString('latin1', at + 12, at + 12 + Math.max(0, nameSize - 1));
    const content = bytes.subarray(contentAt, contentAt + size);
    if (owner === 'GNU' && type === buildIdType && size <= 64) notes.buildId = content.toString('hex');
    if (owner === 'FDO' && type === packageType) {
      const found = readPackageNote(content.toString('utf8'));
      if (found) notes.package = found;
    }
    at = contentAt + align4(size);
  }
  return notes;
}

function align4(size: number): number {
  return Math.ceil(size / 4) * 4;
}

function readPackageNote(text: string): PackageNote | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text.split('\0', 1)[0] ?? '');
  } catch {
    return undefined;
  }
  if (typeof json !== 'object' || json === null) return undefined;
  const fields: Readonly<Record<string, unknown>> = { ...json };
  const field = (name: string) => (typeof fields[name] === 'string' ? plainText(fields[name]) : '');
  if (field('name') === '' || field('version') === '') return undefined;
  return {
    type: field('type').toLowerCase() || 'generic',
    name: field('name'),
    version: field('version'),
    architecture: field('architecture'),
    os: field('os').toLowerCase(),
    osVersion: field('osVersion'),
    osCpe: field('osCpe'),
  };
}
