import { FettleError } from '@fettle/model';
import type { Source } from '../source.ts';
import { chunkBytes, maxFieldBytes, maxSteps, windowBytes, workBytes, workPerByte } from './bounds.ts';
import { Malformed } from './malformed.ts';
import type { Range } from './ranges.ts';

/** What takes a stream of bytes: a hash, a signature check, a checksum. */
export interface Sink {
  update(chunk: Uint8Array): unknown;
}

/**
 * Reads one image for one inspection: every offset is checked before use, no field is larger than 16 MiB,
 * and the work is bounded by steps and bytes. Holds one window of 64 KiB and one chunk of 256 KiB.
 */
export class ImageReader {
  readonly size: number;
  readonly #source: Source;
  #window: Buffer = Buffer.alloc(0);
  #windowAt = 0;
  #stepsLeft = maxSteps;
  #bytesLeft: number;

  /** @throws FettleError `invalid-input` when the size of the source is no safe integer */
  constructor(source: Source) {
    if (!Number.isSafeInteger(source.size) || source.size < 0) {
      throw new FettleError('invalid-input', `Expected a source with a size in bytes, found ${source.size}.`);
    }
    this.size = source.size;
    this.#source = source;
    this.#bytesLeft = Math.min(Number.MAX_SAFE_INTEGER, workBytes + workPerByte * source.size);
  }

  /** Counts work that is not reading, in steps. */
  charge(steps: number): void {
    this.#stepsLeft -= steps;
    if (this.#stepsLeft < 0) throw new Malformed('limit', `Reading took more than ${maxSteps} steps.`);
  }

  /** Refuses a range that is not inside the image. */
  require(what: string, offset: number, length: number): void {
    const end = offset + length;
    const isSafe = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && Number.isSafeInteger(end);
    if (isSafe && offset >= 0 && length >= 0 && end <= this.size) return;
    const message = `${what} should have ${length} bytes at ${offset}, but the image has ${this.size} bytes.`;
    throw new Malformed('out-of-bounds', message);
  }

  /** One field or table, as a view that stays valid. */
  async bytes(what: string, offset: number, length: number): Promise<Buffer> {
    this.require(what, offset, length);
    if (length > maxFieldBytes) {
      throw new Malformed('limit', `${what} has ${length} bytes; at most ${maxFieldBytes} are read.`);
    }
    this.charge(1);
    const at = offset - this.#windowAt;
    if (at >= 0 && at + length <= this.#window.length) return this.#window.subarray(at, at + length);
    const wanted = Math.max(length, Math.min(windowBytes, this.size - offset));
    const read = await this.#read(offset, wanted);
    if (wanted > windowBytes) return read;
    this.#window = read;
    this.#windowAt = offset;
    return read.subarray(0, length);
  }

  /** Streams ranges, in their order, through all sinks; memory is one chunk. */
  async feed(what: string, ranges: readonly Range[], sinks: readonly Sink[]): Promise<void> {
    if (sinks.length === 0) return;
    for (const range of ranges) this.require(what, range.offset, range.length);
    for (const range of ranges) {
      for (let done = 0; done < range.length; done += chunkBytes) {
        const length = Math.min(chunkBytes, range.length - done);
        this.charge(1);
        const chunk = await this.#chunk(range.offset + done, length);
        this.#spend(length * sinks.length);
        for (const sink of sinks) sink.update(chunk);
      }
    }
  }

  // Signed regions are thousands of small ranges close to each other: the window serves them.
  async #chunk(offset: number, length: number): Promise<Buffer> {
    if (length < windowBytes) return await this.bytes('a part', offset, length);
    return await this.#read(offset, length);
  }

  async #read(offset: number, length: number): Promise<Buffer> {
    this.#spend(length);
    const read = await this.#source.read(offset, length);
    if (read.length !== length) {
      const message = `The source gave ${read.length} of ${length} bytes at ${offset}: it changed while it was read.`;
      throw new FettleError('internal', message);
    }
    return Buffer.from(read.buffer, read.byteOffset, read.byteLength);
  }

  #spend(bytes: number): void {
    this.#bytesLeft -= bytes;
    if (this.#bytesLeft < 0) {
      throw new Malformed('limit', `Checking would read more than ${workPerByte} times the image.`);
    }
  }
}
