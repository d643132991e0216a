import type { Scratch } from '@fettle/images';
import type { Instant } from '@fettle/model';
import type { DataOutput } from '../data/data-set.ts';

/** What every import needs. */
export interface ImportOptions {
  /** For sorting: about half of the unpacked input. */
  readonly scratch: Scratch;
  /** Takes the data set file. */
  readonly output: DataOutput;
  /** Where the data came from, for people: `Debian, 2026-11-20`. */
  readonly source: string;
  readonly importedAt: Instant;
  /** The date of the data where the importer knows better than the data. */
  readonly publishedAt?: Instant | undefined;
}
