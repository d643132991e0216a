import type { Source } from '@fettle/images';
import { FettleError, type Instant } from '@fettle/model';
import { type ImportedDataSet, importerVersion } from '../data/data-set.ts';
import type { Row } from '../data/row.ts';
import { RowSorter } from '../data/row-sorter.ts';
import { writeDataSet } from '../data/write-data-set.ts';
import { ecosystemLabel } from '../ecosystem.ts';
import { readOsv } from '../osv/read-osv.ts';
import { nameRowsOf, packageRowsOf } from '../osv/rows.ts';
import type { Vulnerability } from '../osv/vulnerability.ts';
import { vulnerabilityLimits as most } from '../vulnerability-limits.ts';
import type { ImportOptions } from './import-options.ts';
import { osvRecords } from './osv-records.ts';
import { Refusals } from './refusals.ts';

/** The newest record of an id: which one of the input, and its time. */
interface Newest {
  readonly record: number;
  readonly modified: Instant;
}

/**
 * Makes a data set of OSV records: a zip of JSON files, one JSON file with a record or a list of them, or a record a line.
 * Of several records of one id the one modified last counts.
 * Memory: sorted runs and about 150 bytes a record.
 * @throws FettleError `invalid-input`, `too-large`
 */
export async function importOsv(input: Source, options: ImportOptions): Promise<ImportedDataSet> {
  const packages = new RowSorter(options.scratch);
  const names = new RowSorter(options.scratch);
  try {
    return await importWith(input, options, { packages, names });
  } finally {
    await packages.discard();
    await names.discard();
  }
}

async function importWith(
  input: Source,
  options: ImportOptions,
  { packages, names }: { readonly packages: RowSorter; readonly names: RowSorter },
): Promise<ImportedDataSet> {
  const refusals = new Refusals();
  const newest = new Map<string, Newest>();
  const ecosystems = new Map<string, number>();
  let record = 0;
  let newestChange = 0;
  for await (const outcome of osvRecords(input)) {
    const read = outcome.ok ? readOsv(outcome.value) : outcome;
    if (!read.ok) {
      refusals.add(read.message);
      continue;
    }
    const { vulnerability } = read;
    const known = newest.get(vulnerability.id);
    if (known !== undefined && known.modified >= vulnerability.modified) continue;
    newest.set(vulnerability.id, { record, modified: vulnerability.modified });
    if (newest.size > most.recordsPerSet) throw tooMany();
    // A date in the future would keep the data young for ever.
    if (vulnerability.modified <= options.importedAt) newestChange = Math.max(newestChange, vulnerability.modified);
    countEcosystems(ecosystems, vulnerability);
    for (const row of packageRowsOf(vulnerability, record)) await packages.add(row);
    for (const row of nameRowsOf(vulnerability, record)) await names.add(row);
    record++;
  }
  refusals.judge(newest.size);
  const isNewest = (row: Row) => newest.get(ownerOf(row))?.record === row.record;
  const written = await writeDataSet(
    options.output,
    [
      { name: 'packages', rows: kept(packages.sorted(), isNewest) },
      { name: 'names', rows: kept(names.sorted(), isNewest) },
    ],
    () => ({
      kind: 'osv',
      source: options.source,
      publishedAt: Math.min(options.publishedAt ?? newestChange, options.importedAt),
      importedAt: options.importedAt,
      records: newest.size,
      refused: refusals.count,
      importer: importerVersion,
      ecosystems: Object.fromEntries([...ecosystems].sort(([a], [b]) => (a < b ? -1 : 1))),
    }),
  );
  return { ...written, refusedExamples: refusals.examples };
}

/** Rows carry the id of their record first in `sub`. */
function ownerOf(row: Row): string {
  return row.sub;
}

async function* kept(rows: AsyncIterable<Row>, keep: (row: Row) => boolean): AsyncGenerator<Row> {
  for await (const row of rows) {
    if (keep(row)) yield row;
  }
}

/** Which ecosystems and releases the set has data of: what is not among them cannot be called unaffected. */
function countEcosystems(ecosystems: Map<string, number>, vulnerability: Vulnerability): void {
  const labels = new Set(vulnerability.affected.map((affected) => ecosystemLabel(affected.ecosystem)));
  for (const label of labels) ecosystems.set(label, (ecosystems.get(label) ?? 0) + 1);
  if (ecosystems.size > most.ecosystemsPerSet) throw tooMany();
}

function tooMany(): FettleError {
  return new FettleError(
    'too-large',
    `Expected at most ${most.recordsPerSet} records of ${most.ecosystemsPerSet} ecosystems, found more.`,
  );
}
