/** Reads the numbers of one file: its class and its byte order are in its first bytes. */
export interface ElfForm {
  readonly isWide: boolean;
  readonly isBig: boolean;
  readonly half: (bytes: Buffer, at: number) => number;
  readonly word: (bytes: Buffer, at: number) => number;
  /** An address, offset or size: 4 or 8 bytes by the class. */
  readonly wide: (bytes: Buffer, at: number) => number;
}

export interface ElfTable {
  readonly what: string;
  readonly offset: number;
  /** Bytes of an entry, as the file says. */
  readonly entrySize: number;
  /** Bytes that an entry has at least. */
  readonly least: number;
  readonly count: number;
}

export interface ElfTables {
  readonly segments: ElfTable;
  readonly sections: ElfTable;
  /** Index of the section that holds the names of sections. */
  readonly names: number;
}

export interface ElfSegment {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly address: number;
  /** Bytes in the file. */
  readonly size: number;
}

export interface ElfSection {
  /** Where its name begins, in the section of names. */
  readonly nameAt: number;
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
  /** Of a symbol table: the index of its strings. */
  readonly link: number;
}

/** Bytes of the header, of 64 and of 32 bit. */
export const elfHeaderBytes = { wide: 64, narrow: 52 } as const;
export const elfNote = { segment: 4, section: 7 } as const;

/** Whether a file begins as an ELF file does. */
export function isElf(start: Uint8Array): boolean {
  return start[0] === 0x7f && start[1] === 0x45 && start[2] === 0x4c && start[3] === 0x46;
}

/**
 * The form that a header of at least 6 bytes states; undefined for a class or byte order that there is not.
 * @source System V ABI, ELF header: e_ident
 */
export function statedElfForm(header: Buffer): ElfForm | undefined {
  const [wordSize, order] = [header.readUInt8(4), header.readUInt8(5)];
  if ((wordSize !== 1 && wordSize !== 2) || (order !== 1 && order !== 2)) return undefined;
  return elfForm({ isWide: wordSize === 2, isBig: order === 2 });
}

export function elfForm({ isWide, isBig }: Pick<ElfForm, 'isWide' | 'isBig'>): ElfForm {
  const half = (bytes: Buffer, at: number) => (isBig ? bytes.readUInt16BE(at) : bytes.readUInt16LE(at));
  const word = (bytes: Buffer, at: number) => (isBig ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at));
  const long = (bytes: Buffer, at: number) => Number(isBig ? bytes.readBigUInt64BE(at) : bytes.readBigUInt64LE(at));
  return { isWide, isBig, half, word, wide: isWide ? long : word };
}

/** Where the tables of segments and of sections are; whoever reads them judges the sizes. @source System V ABI, ELF header */
export function elfTables(form: ElfForm, header: Buffer): ElfTables {
  const { isWide, half, wide } = form;
  const counts = isWide ? 54 : 42;
  const table = (what: string, at: number, sizeAt: number, least: number): ElfTable => {
    return { what, offset: wide(header, at), entrySize: half(header, sizeAt), least, count: half(header, sizeAt + 2) };
  };
  return {
    segments: table('The table of segments', isWide ? 32 : 28, counts, isWide ? 56 : 32),
    sections: table('The table of sections', isWide ? 40 : 32, counts + 4, isWide ? 64 : 40),
    names: half(header, counts + 8),
  };
}

/** @source System V ABI, program header */
export function elfSegmentOf({ isWide, word, wide }: ElfForm, entry: Buffer): ElfSegment {
  return {
    type: word(entry, 0),
    flags: word(entry, isWide ? 4 : 24),
    offset: wide(entry, isWide ? 8 : 4),
    address: wide(entry, isWide ? 16 : 8),
    size: wide(entry, isWide ? 32 : 16),
  };
}

/** @source System V ABI, section header */
export function elfSectionOf({ isWide, word, wide }: ElfForm, entry: Buffer): ElfSection {
  return {
    nameAt: word(entry, 0),
    type: word(entry, 4),
    address: wide(entry, isWide ? 16 : 12),
    offset: wide(entry, isWide ? 24 : 16),
    size: wide(entry, isWide ? 32 : 20),
    link: word(entry, isWide ? 40 : 24),
  };
}
