import { chunkBytes, type PartReader } from '../core/part-reader.ts';
import { type Signature, signatures } from './signatures.ts';

const headBytes = 2_048;
const windowBytes = 4 * chunkBytes;

export interface FoundPart {
  readonly offset: number;
  readonly signature: Signature;
}

/** Looks through bytes for file systems, archives and packed data at any offset. Each is judged by its header first. */
export class PartFinder {
  readonly #reader: PartReader;
  /** The window in which was looked last, and what may start in it, in order. */
  #from = 0;
  #to = 0;
  #candidates: FoundPart[] = [];

  constructor(reader: PartReader) {
    this.#reader = reader;
  }

  /** The first part at `from` or after it. */
  async next(from: number): Promise<FoundPart | undefined> {
    let at = from;
    while (at < this.#reader.size) {
      if (at < this.#from || at >= this.#to) await this.#look(at);
      for (const candidate of this.#candidates) {
        if (candidate.offset >= at && (await this.#isPart(candidate))) return candidate;
      }
      at = this.#to;
    }
    return undefined;
  }

  async #look(from: number): Promise<void> {
    const { size, source } = this.#reader;
    this.#from = from;
    this.#to = Math.min(size, from + windowBytes);
    // Magic numbers stand inside of what they are of: the window is looked at a little beyond its end.
    const read = await source.read(from, Math.min(windowBytes + headBytes, size - from));
    const window = Buffer.from(read.buffer, read.byteOffset, read.byteLength);
    this.#reader.step(64);
    const candidates: FoundPart[] = [];
    for (const signature of signatures) {
      const { magic, magicAt, alignment } = signature;
      for (let hit = window.indexOf(magic, magicAt); hit >= 0; hit = window.indexOf(magic, hit + 1)) {
        const offset = from + hit - magicAt;
        if (offset < this.#to && offset % alignment === 0) candidates.push({ offset, signature });
      }
    }
    this.#candidates = candidates.sort((a, b) => a.offset - b.offset);
  }

  async #isPart({ offset, signature }: FoundPart): Promise<boolean> {
    const left = this.#reader.size - offset;
    const head = await this.#reader.bytes('A header', offset, Math.min(headBytes, left));
    if (!signature.isHead(head, left)) return false;
    return signature.isThere ? await signature.isThere(this.#reader, offset) : true;
  }
}
