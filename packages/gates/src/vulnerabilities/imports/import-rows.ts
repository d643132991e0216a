import type { DataSetKind, Instant } from '@fettle/model';
import { type ImportedDataSet, importerVersion } from '../data/data-set.ts';
import type { Row } from '../data/row.ts';
import { RowSorter } from '../data/row-sorter.ts';
import { writeDataSet } from '../data/write-data-set.ts';
import type { ImportOptions } from './import-options.ts';
import { Refusals } from './refusals.ts';

/** What a reader of an input is given to work with. */
export interface RowTaker {
  take(key: string, value: unknown): Promise<void>;
  refuse(message: string): void;
}

/** Reads the whole input, and gives the date that it says of itself, or null. */
export type ReadInput = (taker: RowTaker) => Promise<Instant | null>;

/** Makes a data set of one table by the id of vulnerabilities; of equal ids the last row counts where `isOnePerId`. */
export async function importRows(
  kind: Exclude<DataSetKind, 'osv'>,
  options: ImportOptions,
  read: ReadInput,
): Promise<ImportedDataSet> {
  const sorter = new RowSorter(options.scratch);
  const refusals = new Refusals();
  let records = 0;
  try {
    const published = await read({
      take: (key, value) => sorter.add({ key, sub: '', record: records++, json: JSON.stringify(value) }),
      refuse: (message) => refusals.add(message),
    });
    refusals.judge(records);
    const rows = kind === 'vex' ? sorter.sorted() : lastOfEach(sorter.sorted());
    const written = await writeDataSet(options.output, [{ name: 'names', rows }], () => ({
      kind,
      source: options.source,
      // Nothing says when: then it is as old as time, until somebody says otherwise.
      publishedAt: Math.min(options.publishedAt ?? published ?? 0, options.importedAt),
      importedAt: options.importedAt,
      records,
      refused: refusals.count,
      importer: importerVersion,
      ecosystems: {},
    }));
    return { ...written, refusedExamples: refusals.examples };
  } finally {
    await sorter.discard();
  }
}

async function* lastOfEach(rows: AsyncIterable<Row>): AsyncGenerator<Row> {
  let last: Row | undefined;
  for await (const row of rows) {
    if (last !== undefined && last.key !== row.key) yield last;
    last = row;
  }
  if (last !== undefined) yield last;
}
