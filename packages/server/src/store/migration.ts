import type { JsonEntries } from './dialect.ts';

/** Words of SQL that databases do not share. */
export interface MigrationWords {
  /** Suffix of `create table` for small rows that are only ever found by their primary key. */
  readonly narrow: string;
  /** The entries of a JSON object in a column. */
  jsonEntries(column: string): JsonEntries;
  /** Statements that make the database refuse to delete rows of a table, or to change them but in some columns. */
  frozen(table: string, columns: readonly string[]): readonly string[];
}

/** One step of the schema. Steps only add (expand); what nobody reads any more goes in a later release (contract). */
export interface Migration {
  /** 1, 2, 3 … without gaps; never changed once released. */
  readonly version: number;
  readonly name: string;
  /** Statements in order, in SQL that every database of ours knows. */
  readonly statements: (words: MigrationWords) => readonly string[];
}
