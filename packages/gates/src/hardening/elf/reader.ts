import type { Source } from '@fettle/images';

/** Says why an ELF file cannot be read; caught by `readElf`. */
export class BrokenElf extends Error {}

/** Reads the numbers of one file: class and byte order are in its first bytes. */
export interface ElfForm {
  readonly isWide: boolean;
  readonly half: (bytes: Buffer, at: number) => number;
  readonly word: (bytes: Buffer, at: number) => number;
  /** An address, offset or size: 4 or 8 bytes by the class. */
  readonly wide: (bytes: Buffer, at: number) => number;
}

/** Bytes that are read at once. */
const pieceBytes = 1_048_576;

/** Reads of one ELF file, every one of them inside the file. */
export class ElfReader {
  readonly size: number;
  readonly #source: Source;

  constructor(source: Source) {
    this.size = source.size;
    this.#source = source;
  }

  /** At most `most` bytes; a longer part is refused. */
  async bytes(what: string, part: { readonly offset: number; readonly length: number; readonly most: number }) {
    const { offset, length, most } = part;
    this.#require(what, offset, length);
    if (length > most) throw new BrokenElf(`${what} has ${length} bytes, at most ${most} are read.`);
    const read = await this.#source.read(offset, length);
    return Buffer.from(read.buffer, read.byteOffset, read.byteLength);
  }

  /** Whether one of the texts is in a part, which is read piece by piece. */
  async holds(what: string, part: { readonly offset: number; readonly length: number }, texts: readonly string[]) {
    const { offset, length } = part;
    this.#require(what, offset, length);
    const overlap = Math.max(...texts.map((text) => text.length)) - 1;
    for (let at = 0; at < length; at += pieceBytes) {
      const take = Math.min(length - at, pieceBytes + overlap);
      const read = await this.#source.read(offset + at, take);
      const piece = Buffer.from(read.buffer, read.byteOffset, read.byteLength);
      if (texts.some((text) => piece.includes(text, 0, 'latin1'))) return true;
    }
    return false;
  }

  #require(what: string, offset: number, length: number): void {
    const end = offset + length;
    if (offset >= 0 && length >= 0 && Number.isSafeInteger(end) && end <= this.size) return;
    throw new BrokenElf(`${what} should have ${length} bytes at ${offset}, but the file has ${this.size} bytes.`);
  }
}

/** @source System V ABI, ELF header: e_ident */
export function elfForm(header: Buffer): ElfForm {
  const [wordSize, order] = [header.readUInt8(4), header.readUInt8(5)];
  if ((wordSize !== 1 && wordSize !== 2) || (order !== 1 && order !== 2)) {
    throw new BrokenElf(`Expected an ELF file of class 1 or 2 and byte order 1 or 2, found ${wordSize} and ${order}.`);
  }
  const [isWide, isBig] = [wordSize === 2, order === 2];
  const half = (bytes: Buffer, at: number) => (isBig ? bytes.readUInt16BE(at) : bytes.readUInt16LE(at));
  const word = (bytes: Buffer, at: number) => (isBig ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at));
  const long = (bytes: Buffer, at: number) => Number(isBig ? bytes.readBigUInt64BE(at) : bytes.readBigUInt64LE(at));
  return { isWide, half, word, wide: isWide ? long : word };
}
