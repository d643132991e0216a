import { Malformed } from '../reading/malformed.ts';
import type { NamedRange } from '../reading/ranges.ts';

/** Reads numbers of one file: its class and its byte order are in its first bytes. */
export interface ElfForm {
  readonly isWide: boolean;
  readonly half: (bytes: Buffer, at: number) => number;
  readonly word: (bytes: Buffer, at: number) => number;
  /** An offset or size: 4 or 8 bytes by the class. */
  readonly wide: (bytes: Buffer, at: number) => number;
}

export interface ElfTable {
  readonly what: string;
  readonly offset: number;
  readonly entrySize: number;
  readonly count: number;
}

/** @source System V ABI, ELF header: e_ident */
export function elfForm(header: Buffer): ElfForm {
  const [wordSize, order] = [header.readUInt8(4), header.readUInt8(5)];
  if ((wordSize !== 1 && wordSize !== 2) || (order !== 1 && order !== 2)) {
    throw new Malformed('unsupported', `ELF of class ${wordSize} and byte order ${order} is not read.`);
  }
  const [isWide, isBig] = [wordSize === 2, order === 2];
  const half = (bytes: Buffer, at: number) => (isBig ? bytes.readUInt16BE(at) : bytes.readUInt16LE(at));
  const word = (bytes: Buffer, at: number) => (isBig ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at));
  const long = (bytes: Buffer, at: number) => Number(isBig ? bytes.readBigUInt64BE(at) : bytes.readBigUInt64LE(at));
  return { isWide, half, word, wide: isWide ? long : word };
}

/** Where the tables of segments and of sections are. @source System V ABI, ELF header */
export function elfTables(form: ElfForm, header: Buffer): { segments: ElfTable; sections: ElfTable } {
  const { isWide, half, wide } = form;
  const counts = isWide ? 54 : 42;
  const table = (what: string, at: number, sizeAt: number): ElfTable => {
    return { what, offset: wide(header, at), entrySize: half(header, sizeAt), count: half(header, sizeAt + 2) };
  };
  return {
    segments: requireEntries(table('The segments', isWide ? 32 : 28, counts), isWide ? 56 : 32),
    sections: requireEntries(table('The sections', isWide ? 40 : 32, counts + 4), isWide ? 64 : 40),
  };
}

function requireEntries(table: ElfTable, entrySize: number): ElfTable {
  if (table.count === 0 || table.entrySize === entrySize) return table;
  const message = `${table.what} should have entries of ${entrySize} bytes, not ${table.entrySize}.`;
  throw new Malformed('contradiction', message);
}

const noteSegment = 4;
const noteSection = 7;

/** The place of a segment, if it holds notes. */
export function noteOfSegment(form: ElfForm, entry: Buffer): NamedRange | undefined {
  if (form.word(entry, 0) !== noteSegment) return undefined;
  const [at, size] = form.isWide ? [8, 32] : [4, 16];
  return { what: 'A segment of notes', offset: form.wide(entry, at), length: form.wide(entry, size) };
}

/** The place of a section, if it holds notes. */
export function noteOfSection(form: ElfForm, entry: Buffer): NamedRange | undefined {
  if (form.word(entry, 4) !== noteSection) return undefined;
  const [at, size] = form.isWide ? [24, 32] : [16, 20];
  return { what: 'A section of notes', offset: form.wide(entry, at), length: form.wide(entry, size) };
}
