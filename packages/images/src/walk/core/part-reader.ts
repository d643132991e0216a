import type { Source } from '../../source.ts';
import type { Budget } from './budget.ts';
import { Unseen } from './unseen.ts';

const windowBytes = 65_536;
const windows = 64;
/** Of one field or table that is held. */
const maxFieldBytes = 16 * 1_048_576;
export const chunkBytes = 262_144;

/** Reads the bytes of one layer: every offset is checked before use. Holds at most 4 MiB of windows. */
export class PartReader {
  readonly size: number;
  readonly source: Source;
  readonly #budget: Budget;
  readonly #windows = new Map<number, Buffer>();

  constructor(source: Source, budget: Budget) {
    this.size = source.size;
    this.source = source;
    this.#budget = budget;
  }

  step(steps: number): void {
    this.#budget.step(steps);
  }

  require(what: string, offset: number, length: number): void {
    const end = offset + length;
    const isSafe = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && Number.isSafeInteger(end);
    if (isSafe && offset >= 0 && length >= 0 && end <= this.size) return;
    throw this.malformed(`${what} should have ${length} bytes at ${offset}, of ${this.size} bytes.`);
  }

  malformed(message: string): Unseen {
    return new Unseen('malformed', message);
  }

  /** One field or table, as a view that stays valid. */
  async bytes(what: string, offset: number, length: number): Promise<Buffer> {
    this.require(what, offset, length);
    if (length > maxFieldBytes) {
      throw new Unseen('too-large', `${what} has ${length} bytes; at most ${maxFieldBytes} are read.`);
    }
    this.#budget.step(1);
    const window = Math.floor(offset / windowBytes);
    const at = offset - window * windowBytes;
    if (at + length > windowBytes) return await this.#read(offset, length);
    return (await this.#window(window)).subarray(at, at + length);
  }

  /** A range piece by piece. */
  async *chunks(what: string, offset: number, length: number): AsyncGenerator<Buffer> {
    this.require(what, offset, length);
    for (let done = 0; done < length; done += chunkBytes) {
      yield await this.#read(offset + done, Math.min(chunkBytes, length - done));
    }
  }

  async #window(index: number): Promise<Buffer> {
    const kept = this.#windows.get(index);
    if (kept) return kept;
    const offset = index * windowBytes;
    const read = await this.#read(offset, Math.min(windowBytes, this.size - offset));
    const oldest = this.#windows.size >= windows ? this.#windows.keys().next().value : undefined;
    if (oldest !== undefined) this.#windows.delete(oldest);
    this.#windows.set(index, read);
    return read;
  }

  async #read(offset: number, length: number): Promise<Buffer> {
    const read = await this.source.read(offset, length);
    return Buffer.from(read.buffer, read.byteOffset, read.byteLength);
  }
}

/** A range of a source as a source. */
export function rangeSource(source: Source, offset: number, length: number): Source {
  return { size: length, read: (at, wanted) => source.read(offset + at, wanted) };
}
