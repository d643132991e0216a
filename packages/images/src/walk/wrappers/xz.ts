import type { BranchFilter } from '../compression/branch-filters.ts';
import { damaged, type LzmaWindow } from '../compression/lzma-decoder.ts';
import { chunkAt, Lzma2Decoder, maxHeaderBytes, maxUnpackedBytes } from '../compression/lzma2.ts';
import {
  isXzHeader,
  readBlockHeader,
  readStreamHeader,
  streamHeaderBytes,
  type XzBlockHeader,
} from '../compression/xz-header.ts';
import type { OpenLayer } from '../core/open-layer.ts';
import type { PartReader } from '../core/part-reader.ts';
import { Unseen } from '../core/unseen.ts';
import { type End, openWrapped } from './wrapped.ts';

const maxDictionaryBytes = 64 * 1_048_576;
const footerBytes = 12;
const stepsOfStream = 500;

export async function openXz(open: OpenLayer): Promise<number | null> {
  return await openWrapped(open, (end) => unpackStreams(open.reader, end));
}

/** All streams, one after the other. Their checks are not compared. @source XZ file format 1.2.1 */
async function* unpackStreams(reader: PartReader, end: End): AsyncGenerator<Uint8Array> {
  for (let at = 0; reader.size - at >= streamHeaderBytes; at = end.at) {
    const header = await reader.bytes('The header of a stream', at, streamHeaderBytes);
    if (at > 0 && !isXzHeader(header)) return;
    reader.step(stepsOfStream);
    yield* unpackStream(reader, { at, checkBytes: readStreamHeader(header).checkBytes, end });
    while (reader.size - end.at >= 4 && (await reader.bytes('Padding', end.at, 4)).readUInt32LE(0) === 0) end.at += 4;
  }
}

async function* unpackStream(
  reader: PartReader,
  stream: { readonly at: number; readonly checkBytes: number; readonly end: End },
): AsyncGenerator<Uint8Array> {
  let at = stream.at + streamHeaderBytes;
  for (;;) {
    const size = (await reader.bytes('A block', at, 1)).readUInt8(0);
    if (size === 0) break;
    const headerBytes = (size + 1) * 4;
    const block = readBlockHeader(await reader.bytes('The header of a block', at, headerBytes));
    const data: End = { at: at + headerBytes };
    yield* unpackBlock(reader, block, data);
    at = data.at + ((4 - ((data.at - at) % 4)) % 4) + stream.checkBytes;
  }
  stream.end.at = (await afterIndex(reader, at)) + footerBytes;
}

async function* unpackBlock(reader: PartReader, header: XzBlockHeader, data: End): AsyncGenerator<Uint8Array> {
  const { dictionaryBytes } = header;
  if (dictionaryBytes > maxDictionaryBytes) {
    throw new Unseen(
      'too-large',
      `The dictionary has ${dictionaryBytes} bytes; at most ${maxDictionaryBytes} are held.`,
    );
  }
  const window = newWindow(dictionaryBytes);
  const decoder = new Lzma2Decoder();
  const undo = new Undo(header.filters);
  for (;;) {
    const left = reader.size - data.at;
    const head = await reader.bytes('A chunk', data.at, Math.max(1, Math.min(maxHeaderBytes, left)));
    const chunk = chunkAt(head, 0);
    if (!chunk) break;
    const length = chunk.headerBytes + chunk.packedBytes;
    const input = await reader.bytes('A chunk', data.at, length);
    slide(window, chunk.resetsDictionary ? 0 : dictionaryBytes, chunk.unpackedBytes);
    const from = window.position;
    decoder.chunk(window, chunk, input, 0);
    data.at += length;
    yield* undo.push(Buffer.from(window.bytes.subarray(from, window.position)));
  }
  data.at += 1;
  yield* undo.end();
}

/** A window that holds a dictionary and room for what comes. */
export function newWindow(dictionaryBytes: number): LzmaWindow {
  const bytes = Buffer.allocUnsafeSlow(dictionaryBytes + 2 * maxUnpackedBytes);
  return { bytes, position: 0, start: 0, end: 0 };
}

/** Makes room for `wanted` bytes; keeps what may be copied from. Moves by multiples of 16, as positions count by up to 16. */
export function slide(window: LzmaWindow, keep: number, wanted: number): void {
  if (keep === 0) {
    window.position = 0;
    window.start = 0;
  }
  if (window.position + wanted <= window.bytes.length) return;
  const by = Math.floor((window.position - Math.min(keep, window.position)) / 16) * 16;
  window.bytes.copyWithin(0, by, window.position);
  window.position -= by;
  window.start = Math.max(0, window.start - by);
  if (window.position + wanted > window.bytes.length) throw damaged();
}

/** Undoes filters over data that comes in pieces: what they cannot decide yet waits for the next piece. */
class Undo {
  readonly #filters: readonly BranchFilter[];
  #waiting: Buffer[];
  #positions: number[];

  constructor(filters: readonly BranchFilter[]) {
    this.#filters = filters;
    this.#waiting = filters.map(() => Buffer.alloc(0));
    this.#positions = filters.map(() => 0);
  }

  *push(bytes: Buffer): Generator<Uint8Array> {
    let piece = bytes;
    for (const [index, filter] of this.#filters.entries()) {
      const waiting = this.#waiting[index];
      const whole = waiting && waiting.length > 0 ? Buffer.concat([waiting, piece]) : piece;
      const done = filter.undo(whole, this.#positions[index] ?? 0);
      this.#positions[index] = (this.#positions[index] ?? 0) + done;
      this.#waiting[index] = Buffer.from(whole.subarray(done));
      piece = whole.subarray(0, done);
    }
    if (piece.length > 0) yield piece;
  }

  *end(): Generator<Uint8Array> {
    for (const [index] of this.#filters.entries()) {
      let piece = this.#waiting[index] ?? Buffer.alloc(0);
      for (const [later, filter] of this.#filters.entries()) {
        if (later <= index) continue;
        piece = Buffer.concat([this.#waiting[later] ?? Buffer.alloc(0), piece]);
        this.#waiting[later] = Buffer.alloc(0);
        filter.undo(piece, this.#positions[later] ?? 0);
      }
      if (piece.length > 0) yield piece;
    }
  }
}

// The list of blocks: a count, two numbers for each, padding, a sum; only its length matters here.
async function afterIndex(reader: PartReader, start: number): Promise<number> {
  let at = start + 1;
  const number = async () => {
    let value = 0;
    for (let index = 0; index < 9; index++) {
      const byte = (await reader.bytes('The index', at++, 1)).readUInt8(0);
      value += (byte & 0x7f) * 2 ** (7 * index);
      if (byte < 0x80) return value;
    }
    throw damaged();
  };
  const records = await number();
  for (let index = 0; index < 2 * records; index++) await number();
  return at + ((4 - ((at - start) % 4)) % 4) + 4;
}
