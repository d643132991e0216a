import type { DataSetKind, Digest, Instant } from '@fettle/model';

/** Raised when an importer keeps something else of the same input. */
export const importerVersion = 'fettle-vulnerability-data/1';

/** What a data set says of itself. */
export interface DataSetHeader {
  readonly kind: DataSetKind;
  /** Where the data came from, in the words of who imported it. */
  readonly source: string;
  /** The date of the data: what the source says, or its newest record; never after the import. */
  readonly publishedAt: Instant;
  readonly importedAt: Instant;
  readonly records: number;
  /** Records of the input that could not be read. */
  readonly refused: number;
  readonly importer: string;
  /** Affected packages by ecosystem and release as OSV writes them: `{"Debian:12": 31000}`; empty for other kinds. */
  readonly ecosystems: Readonly<Record<string, number>>;
}

/** An imported data set: a file that is named by its digest and never changes. */
export interface ImportedDataSet {
  readonly header: DataSetHeader;
  readonly digest: Digest;
  readonly sizeBytes: number;
  /** What was wrong with some of the refused records. */
  readonly refusedExamples: readonly string[];
}

/** Where a data set's bytes go, in order. */
export interface DataOutput {
  append(bytes: Uint8Array): Promise<void>;
}

/** An open data set: rows are found without loading it. */
export interface OpenDataSet {
  readonly digest: Digest;
  readonly header: DataSetHeader;
  /** Rows of one key in a table, in order, as parsed JSON; of a table that it does not have: none. */
  rows(table: TableName, key: string): AsyncIterable<unknown>;
}

/** `packages`: vulnerabilities by package. `names`: whatever is filed by the id of a vulnerability. */
export const tableNames = ['packages', 'names'] as const;
export type TableName = (typeof tableNames)[number];
