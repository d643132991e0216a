import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Scratch, ScratchFile, Source } from '@fettle/images';
import { vulnerabilityLimits } from '../vulnerability-limits.ts';
import { compareRows, lineOf, type Row, rowOf } from './row.ts';

/** A piece of a sorted run in the scratch file. */
interface Frame {
  readonly offset: number;
  readonly length: number;
}

const frameCharacters = 131_072;
// What an object with four fields takes beside its texts, about.
const rowOverhead = 160;

/**
 * Sorts any number of rows in bounded memory: sorted runs go to a scratch file and are merged.
 * Memory: one run, later one frame a run.
 */
export class RowSorter {
  readonly #scratch: Scratch;
  readonly #runBytes: number;
  readonly #runs: Frame[][] = [];
  #rows: Row[] = [];
  #bytes = 0;
  #file: ScratchFile | undefined;
  #fileBytes = 0;

  constructor(scratch: Scratch, options: { readonly runBytes?: number } = {}) {
    this.#scratch = scratch;
    this.#runBytes = options.runBytes ?? 8_388_608;
  }

  async add(row: Row): Promise<void> {
    this.#rows.push(row);
    this.#bytes += row.json.length + row.key.length + row.sub.length + rowOverhead;
    if (this.#bytes >= this.#runBytes) await this.#spill();
  }

  /** All rows in order; called once, after the last `add`. */
  async *sorted(): AsyncGenerator<Row> {
    if (this.#file === undefined) {
      yield* this.#rows.sort(compareRows);
      return;
    }
    await this.#spill();
    const source = this.#file.source();
    const cursors: Cursor[] = [];
    for (const frames of this.#runs) {
      const cursor = await startCursor(source, frames);
      if (cursor !== null) cursors.push(cursor);
    }
    cursors.sort(compareCursors);
    for (;;) {
      const [first] = cursors;
      if (first === undefined) return;
      yield first.row;
      if (await advance(source, first)) sinkFirst(cursors);
      else cursors.shift();
    }
  }

  async discard(): Promise<void> {
    this.#rows = [];
    await this.#file?.discard();
    this.#file = undefined;
  }

  async #spill(): Promise<void> {
    if (this.#rows.length === 0) return;
    this.#file ??= await this.#scratch.create();
    const frames: Frame[] = [];
    let text = '';
    const flush = async (file: ScratchFile) => {
      const bytes = zstdCompressSync(text, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
      await file.append(bytes);
      frames.push({ offset: this.#fileBytes, length: bytes.length });
      this.#fileBytes += bytes.length;
      text = '';
    };
    for (const row of this.#rows.sort(compareRows)) {
      text += lineOf(row);
      if (text.length >= frameCharacters) await flush(this.#file);
    }
    if (text !== '') await flush(this.#file);
    this.#runs.push(frames);
    this.#rows = [];
    this.#bytes = 0;
  }
}

/** Where the merge stands in one run. */
interface Cursor {
  row: Row;
  readonly frames: Frame[];
  lines: readonly string[];
  next: number;
}

async function startCursor(source: Source, frames: readonly Frame[]): Promise<Cursor | null> {
  const left = [...frames];
  const lines = await readFrame(source, left);
  const [line] = lines;
  return line === undefined ? null : { row: rowOf(line), frames: left, lines, next: 1 };
}

async function advance(source: Source, cursor: Cursor): Promise<boolean> {
  if (cursor.next >= cursor.lines.length) {
    cursor.lines = await readFrame(source, cursor.frames);
    cursor.next = 0;
  }
  const line = cursor.lines[cursor.next++];
  if (line === undefined) return false;
  cursor.row = rowOf(line);
  return true;
}

async function readFrame(source: Source, frames: Frame[]): Promise<readonly string[]> {
  const frame = frames.shift();
  if (frame === undefined) return [];
  const bytes = await source.read(frame.offset, frame.length);
  const most = frameCharacters * 3 + vulnerabilityLimits.recordBytes * 4;
  const lines = zstdDecompressSync(bytes, { maxOutputLength: most }).toString('utf8').split('\n');
  lines.pop();
  return lines;
}

function compareCursors(a: Cursor, b: Cursor): number {
  return compareRows(a.row, b.row);
}

/** The first one has moved on: back to its place. */
function sinkFirst(cursors: Cursor[]): void {
  for (let at = 0; at + 1 < cursors.length; at++) {
    const here = cursors[at];
    const next = cursors[at + 1];
    if (here === undefined || next === undefined || compareCursors(here, next) <= 0) return;
    cursors[at] = next;
    cursors[at + 1] = here;
  }
}
