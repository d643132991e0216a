import { createHash } from 'node:crypto';
import { bytesSource, type Source } from '../../source.ts';
import type { WalkLimits } from '../walk-limits.ts';
import type { Scratch, ScratchFile } from '../walked.ts';
import type { Content } from './open-layer.ts';
import { outside, Unseen } from './unseen.ts';

/** A file's content while it is presented and entered. */
export interface Taken {
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly content: Source;
  readonly bytes: Uint8Array | undefined;
  /** Bytes in memory that are only there for this file. */
  heldBytes(): number;
  /** Moves what is in memory into the scratch. */
  spill(): Promise<Source>;
  discard(): Promise<void>;
}

export interface TakeOptions {
  /** What the layer says; a stream may turn out longer or shorter. */
  readonly sizeBytes: number;
  readonly limits: WalkLimits;
  readonly scratch: Scratch;
  /** Counts bytes before they are taken. */
  give(bytes: number): void;
}

const pieceBytes = 1_048_576;

/**
 * Reads a content once: counts and hashes it, keeps small ones in memory and large ones in the scratch.
 * @throws Unseen when it is too large, or whatever reading it throws
 */
export async function takeContent(content: Content, options: TakeOptions): Promise<Taken> {
  const { limits } = options;
  if (content.kind === 'stream') return await takeStream(content.chunks, options);
  const { source } = content;
  requireSize(source.size, limits);
  options.give(source.size);
  if (source.size <= limits.wholeFileBytes) {
    const bytes = await source.read(0, source.size);
    return inMemory(bytes, createHash('sha256').update(bytes).digest('hex'), options.scratch);
  }
  const hash = createHash('sha256');
  for (let at = 0; at < source.size; at += pieceBytes) {
    hash.update(await source.read(at, Math.min(pieceBytes, source.size - at)));
  }
  const nothing = { heldBytes: () => 0, spill: async () => source, discard: async () => {} };
  return { sha256: hash.digest('hex'), sizeBytes: source.size, content: source, bytes: undefined, ...nothing };
}

async function takeStream(chunks: AsyncIterable<Uint8Array>, options: TakeOptions): Promise<Taken> {
  const { limits, scratch } = options;
  requireSize(options.sizeBytes, limits);
  const hash = createHash('sha256');
  const pieces = new Pieces(Math.min(options.sizeBytes, limits.wholeFileBytes));
  let size = 0;
  let file: ScratchFile | undefined;
  try {
    for await (const chunk of chunks) {
      size += chunk.length;
      requireSize(size, limits);
      options.give(chunk.length);
      hash.update(chunk);
      if (file) await append(file, chunk);
      else pieces.add(chunk);
      if (file || size <= limits.wholeFileBytes) continue;
      file = await outside(() => scratch.create());
      await append(file, pieces.whole());
      pieces.drop();
    }
  } catch (error) {
    if (file) await discard(file);
    throw error;
  }
  const sha256 = hash.digest('hex');
  if (!file) return inMemory(pieces.whole(), sha256, scratch);
  const kept = file;
  const content = guarded(kept.source());
  const spilt = { heldBytes: () => 0, spill: async () => content, discard: () => discard(kept) };
  return { sha256, sizeBytes: size, content, bytes: undefined, ...spilt };
}

/** Joins pieces: into one buffer of the size that is stated, so that nothing is held twice; a single piece stays as it is. */
class Pieces {
  readonly #stated: number;
  #first: Uint8Array | undefined;
  #joined: Buffer<ArrayBufferLike> = Buffer.alloc(0);
  #length = 0;

  constructor(statedBytes: number) {
    this.#stated = statedBytes;
  }

  add(piece: Uint8Array): void {
    if (this.#length === 0) this.#first = piece;
    else {
      if (this.#first) this.#append(this.#first, 0);
      this.#first = undefined;
      this.#append(piece, this.#length);
    }
    this.#length += piece.length;
  }

  whole(): Uint8Array {
    return this.#first ?? this.#joined.subarray(0, this.#length);
  }

  drop(): void {
    this.#first = undefined;
    this.#joined = Buffer.alloc(0);
  }

  #append(piece: Uint8Array, at: number): void {
    const end = at + piece.length;
    if (end > this.#joined.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(end, this.#stated, 2 * this.#joined.length));
      this.#joined.copy(larger, 0, 0, at);
      this.#joined = larger;
    }
    this.#joined.set(piece, at);
  }
}

function inMemory(whole: Uint8Array, sha256: string, scratch: Scratch): Taken {
  let bytes: Uint8Array | undefined = whole;
  let content = bytesSource(whole);
  let file: ScratchFile | undefined;
  const spill = async () => {
    if (bytes) {
      file = await outside(() => scratch.create());
      await append(file, bytes);
      content = guarded(file.source());
      bytes = undefined;
    }
    return content;
  };
  return {
    sha256,
    sizeBytes: whole.length,
    get content() {
      return content;
    },
    get bytes() {
      return bytes;
    },
    heldBytes: () => bytes?.length ?? 0,
    spill,
    discard: async () => {
      if (file) await discard(file);
    },
  };
}

function requireSize(size: number, limits: WalkLimits): void {
  if (size <= limits.fileBytes) return;
  throw new Unseen('too-large', `A file has ${size} bytes; at most ${limits.fileBytes} are read.`);
}

async function append(file: ScratchFile, bytes: Uint8Array): Promise<void> {
  await outside(() => file.append(bytes));
}

async function discard(file: ScratchFile): Promise<void> {
  await outside(() => file.discard());
}

function guarded(source: Source): Source {
  return { size: source.size, read: (at, length) => outside(() => source.read(at, length)) };
}
