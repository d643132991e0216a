import type { Source } from '@fettle/images';
import { hardeningLimits } from '../settings.ts';
import { explain } from './magics.ts';
import { ByteCounter, entropyWindow } from './shannon.ts';

/** Windows of random bytes have 7.955 bits a byte; of compressed ones a little less; code has 6, text 5. */
const opaqueBits = 7.95;
/** Windows from here on belong together: compressed bytes vary. */
const runBits = 7.5;
/** What ends for less than so many windows goes on as before. */
const gapWindows = 16;
const readBytes = 256 * entropyWindow;
const mostCells = 4_096;

/** Windows that lie together and look random. */
export interface EntropyRegion {
  readonly offset: number;
  readonly sizeBytes: number;
  /** What begins there and explains it; null when nothing does, and it is opaque. */
  readonly explainedBy: string | null;
}

export interface EntropyMap {
  readonly sizeBytes: number;
  readonly windows: number;
  /** Shannon entropy of all bytes together, bits a byte. */
  readonly totalBits: number;
  /** Windows over 7.95 bits a byte, and those of them that nothing explains. */
  readonly denseWindows: number;
  readonly opaqueWindows: number;
  /** 0 to 1, of the artifact. */
  readonly opaqueShare: number;
  /** The largest, by offset; and how many there are in all. */
  readonly regions: readonly EntropyRegion[];
  readonly regionCount: number;
  /** The mean of so many windows in each cell, 0 to 255 for 0 to 8 bits. */
  readonly windowsPerCell: number;
  readonly cells: Uint8Array;
}

/**
 * Maps how random the bytes of an artifact look. Memory: 2 MiB; one pass.
 * @param options.explained what explains all of it: the artifact is one compressed file system or archive
 */
export async function mapEntropy(
  source: Source,
  { explained }: { readonly explained?: string | undefined } = {},
): Promise<EntropyMap> {
  const windows = Math.ceil(source.size / entropyWindow);
  const walk = new RegionWalk(windows, explained);
  const counter = new ByteCounter();
  let before: Buffer = Buffer.alloc(0);
  for (let at = 0; at < source.size; at += readBytes) {
    const read = await source.read(at, Math.min(readBytes, source.size - at));
    const bytes = Buffer.from(read.buffer, read.byteOffset, read.byteLength);
    for (let from = 0; from < bytes.length; from += entropyWindow) {
      const window = bytes.subarray(from, from + entropyWindow);
      walk.add(counter.add(window), at + from, { before, window });
      before = window;
    }
  }
  return { sizeBytes: source.size, windows, totalBits: counter.total(), ...walk.end(source.size) };
}

interface Bytes {
  readonly before: Buffer;
  readonly window: Buffer;
}

class RegionWalk {
  readonly #whole: string | undefined;
  readonly #perCell: number;
  readonly #cells: Float64Array;
  readonly #windows: number;
  #regions: EntropyRegion[] = [];
  #regionCount = 0;
  #run: { offset: number; dense: number; explainedBy: string | null } | undefined;
  #last: { end: number; explainedBy: string | null } = { end: -1, explainedBy: null };
  #known = { until: 0, name: '' };
  #dense = 0;
  #opaque = 0;
  #index = 0;

  constructor(windows: number, whole: string | undefined) {
    this.#whole = whole;
    this.#windows = windows;
    this.#perCell = Math.max(1, Math.ceil(windows / mostCells));
    this.#cells = new Float64Array(Math.ceil(windows / this.#perCell));
  }

  add(bits: number, offset: number, bytes: Bytes): void {
    const cell = Math.floor(this.#index / this.#perCell);
    this.#cells[cell] = (this.#cells[cell] ?? 0) + bits;
    this.#index += 1;
    if (bits < runBits) {
      this.#close(offset);
      return;
    }
    this.#run ??= { offset, dense: 0, explainedBy: this.#explain(offset, bytes) };
    if (bits > opaqueBits) this.#run.dense += 1;
  }

  end(size: number): Omit<EntropyMap, 'sizeBytes' | 'windows' | 'totalBits'> {
    this.#close(size);
    const cells = this.#cells.map((sum, index) => {
      const count = Math.min(this.#perCell, this.#windows - index * this.#perCell);
      return Math.round((sum / count / 8) * 255);
    });
    return {
      denseWindows: this.#dense,
      opaqueWindows: this.#opaque,
      opaqueShare: this.#windows === 0 ? 0 : Math.round((this.#opaque / this.#windows) * 10_000) / 10_000,
      regions: largest(this.#regions).sort((a, b) => a.offset - b.offset),
      regionCount: this.#regionCount,
      windowsPerCell: this.#perCell,
      cells: Uint8Array.from(cells),
    };
  }

  #explain(offset: number, { before, window }: Bytes): string | null {
    if (this.#whole !== undefined) return this.#whole;
    if (offset < this.#known.until) return this.#known.name;
    const found = explain(Buffer.concat([before, window]));
    if (found) {
      // A file system that claims more than there is explains nothing of what follows.
      const until = offset - before.length + found.until;
      this.#known = { until: until > this.#windows * entropyWindow ? 0 : until, name: found.name };
      return found.name;
    }
    const isNear = this.#last.end >= 0 && offset - this.#last.end < gapWindows * entropyWindow;
    return isNear ? this.#last.explainedBy : null;
  }

  #close(end: number): void {
    const run = this.#run;
    this.#run = undefined;
    if (!run || run.dense === 0) return;
    this.#dense += run.dense;
    if (run.explainedBy === null) this.#opaque += run.dense;
    this.#last = { end, explainedBy: run.explainedBy };
    this.#regionCount += 1;
    this.#regions.push({ offset: run.offset, sizeBytes: end - run.offset, explainedBy: run.explainedBy });
    if (this.#regions.length >= 8 * hardeningLimits.entropyRegions) this.#regions = largest(this.#regions);
  }
}

/** What nobody can explain is told before what is. */
function largest(regions: readonly EntropyRegion[]): EntropyRegion[] {
  const weight = ({ explainedBy, sizeBytes }: EntropyRegion) => (explainedBy === null ? 2 ** 52 : 0) + sizeBytes;
  return [...regions].sort((a, b) => weight(b) - weight(a)).slice(0, hardeningLimits.entropyRegions);
}
