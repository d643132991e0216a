import { bytesSource, type Scratch, type Source } from '@fettle/images';
import type { ImportedDataSet, OpenDataSet } from '../../src/vulnerabilities/data/data-set.ts';
import { openDataSet } from '../../src/vulnerabilities/data/open-data-set.ts';
import type { ImportOptions } from '../../src/vulnerabilities/imports/import-options.ts';

export const importedAt = Date.parse('2026-11-22T00:00:00Z');

/** A scratch and an output in memory; tells how many files were left. */
export function smallScratch(): Scratch & { readonly open: () => number } {
  let open = 0;
  return {
    open: () => open,
    create: async () => {
      open++;
      const pieces: Buffer[] = [];
      return {
        append: async (bytes) => void pieces.push(Buffer.from(bytes)),
        source: () => bytesSource(Buffer.concat(pieces)),
        discard: async () => void open--,
      };
    },
  };
}

export interface MadeSet {
  readonly set: ImportedDataSet;
  readonly bytes: Buffer;
  readonly data: OpenDataSet;
  /** Of what was read since it was opened. */
  readonly reads: { count: number; bytes: number };
}

export type Import = (input: Source, options: ImportOptions) => Promise<ImportedDataSet>;

/** Imports a text or bytes, and opens what came out. */
export async function makeSet(
  run: Import,
  input: string | Uint8Array,
  options: Partial<ImportOptions> = {},
): Promise<MadeSet> {
  const pieces: Buffer[] = [];
  const set = await run(bytesSource(Buffer.from(input)), {
    scratch: smallScratch(),
    output: { append: async (bytes) => void pieces.push(Buffer.from(bytes)) },
    source: 'by hand',
    importedAt,
    ...options,
  });
  const bytes = Buffer.concat(pieces);
  const reads = { count: 0, bytes: 0 };
  const source = bytesSource(bytes);
  const counted: Source = {
    size: source.size,
    read: (offset, length) => {
      reads.count++;
      reads.bytes += length;
      return source.read(offset, length);
    },
  };
  const data = await openDataSet(counted, set.digest);
  reads.count = 0;
  reads.bytes = 0;
  return { set, bytes, data, reads };
}

export async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const value of values) list.push(value);
  return list;
}

/** One record of a package that is fixed in a version. */
export function osvRecord(
  id: string,
  given: {
    readonly ecosystem: string;
    readonly name: string;
    readonly fixed?: string;
    readonly [more: string]: unknown;
  },
): Record<string, unknown> {
  const { ecosystem, name, fixed, ...more } = given;
  const events = [{ introduced: '0' }, ...(fixed === undefined ? [] : [{ fixed }])];
  return {
    schema_version: '1.7.0',
    id,
    modified: '2026-11-20T00:00:00Z',
    affected: [{ package: { ecosystem, name }, ranges: [{ type: 'ECOSYSTEM', events }] }],
    ...more,
  };
}
