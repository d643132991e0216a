/** Bytes of one window. */
export const entropyWindow = 4_096;

/** `n * log2(n)` for every count that a window can have. */
const table = Float64Array.from({ length: entropyWindow + 1 }, (_, n) => (n === 0 ? 0 : n * Math.log2(n)));

/** Counts bytes of windows, and of all of them together. */
export class ByteCounter {
  readonly #window = new Uint32Array(256);
  readonly #total = new Float64Array(256);
  #bytes = 0;

  /**
   * Counts one window of at most 4 KiB.
   * @returns its Shannon entropy in bits a byte, 0 to 8
   * @source C. E. Shannon, A Mathematical Theory of Communication, §6
   */
  add(bytes: Uint8Array): number {
    const counts = this.#window;
    counts.fill(0);
    for (let at = 0; at < bytes.length; at += 1) counts[bytes[at] ?? 0] = (counts[bytes[at] ?? 0] ?? 0) + 1;
    let sum = 0;
    for (let value = 0; value < 256; value += 1) {
      const count = counts[value] ?? 0;
      if (count === 0) continue;
      sum += table[count] ?? 0;
      this.#total[value] = (this.#total[value] ?? 0) + count;
    }
    this.#bytes += bytes.length;
    return bytes.length === 0 ? 0 : Math.max(0, Math.log2(bytes.length) - sum / bytes.length);
  }

  /** Bits a byte over everything that was counted. */
  total(): number {
    if (this.#bytes === 0) return 0;
    let sum = 0;
    for (const count of this.#total) if (count > 0) sum += count * Math.log2(count);
    return Math.max(0, Math.log2(this.#bytes) - sum / this.#bytes);
  }
}
