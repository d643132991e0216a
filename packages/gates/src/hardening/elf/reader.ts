import type { Source } from '@fettle/images';

/** Says why an ELF file cannot be read; caught by `readElf`. */
export class BrokenElf extends Error {}

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
