import type { Dialect } from './dialect.ts';

/** What every query runs on: a database connection, or one transaction of it. */
export interface Connection {
  readonly dialect: Dialect;
  /** @returns the rows, in the names of the columns */
  all<R>(sql: string, parameters: readonly unknown[]): Promise<R[]>;
  /** @returns the first row, if there is one */
  first<R>(sql: string, parameters: readonly unknown[]): Promise<R | undefined>;
  /** @returns how many rows changed */
  run(sql: string, parameters: readonly unknown[]): Promise<number>;
}
