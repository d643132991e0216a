import type { Source } from '@fettle/images';

const windowBytes = 1_048_576;

/** Small reads, mostly one behind the other, from a source whose reads cost. Memory: one window. */
export class WindowReader {
  readonly #source: Source;
  #start = 0;
  #window: Uint8Array = new Uint8Array(0);

  constructor(source: Source) {
    this.#source = source;
  }

  /** Exactly `length` bytes, all of them inside the source. */
  async read(offset: number, length: number): Promise<Uint8Array> {
    const from = offset - this.#start;
    if (from >= 0 && from + length <= this.#window.length) return this.#window.subarray(from, from + length);
    if (length >= windowBytes) return this.#source.read(offset, length);
    this.#window = await this.#source.read(offset, Math.min(Math.max(length, windowBytes), this.#source.size - offset));
    this.#start = offset;
    return this.#window.subarray(0, length);
  }
}
