const mostBlocks = 48;
const mostCharacters = 262_144;

/** Unpacked blocks that were read last: look-ups in order come back to the same ones. Memory: at most 12 M characters. */
export class BlockCache {
  readonly #blocks = new Map<number, string>();

  /** @param offset of the block in the file */
  get(offset: number): string | undefined {
    const text = this.#blocks.get(offset);
    if (text !== undefined) {
      this.#blocks.delete(offset);
      this.#blocks.set(offset, text);
    }
    return text;
  }

  set(offset: number, text: string): void {
    if (text.length > mostCharacters) return;
    this.#blocks.set(offset, text);
    if (this.#blocks.size <= mostBlocks) return;
    for (const oldest of this.#blocks.keys()) {
      this.#blocks.delete(oldest);
      return;
    }
  }
}
