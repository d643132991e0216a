import Database from 'better-sqlite3';
import type { Connection } from './connection.ts';
import { type Dialect, sqlite } from './dialect.ts';

/** Statements kept ready; the oldest goes when a new one comes. Lists with filters make many. */
const mostStatements = 300;

/** One connection to an SQLite file, in process: every call has run when it returns. */
export class SqliteConnection implements Connection {
  readonly dialect: Dialect = sqlite;
  readonly #database: Database.Database;
  readonly #statements = new Map<string, Database.Statement<unknown[]>>();
  #durable = true;

  constructor(database: Database.Database) {
    this.#database = database;
  }

  async all<R>(sql: string, parameters: readonly unknown[]): Promise<R[]> {
    try {
      return this.#statement(sql).all(parameters) as R[];
    } catch (error) {
      throw this.dialect.problem(error);
    }
  }

  async first<R>(sql: string, parameters: readonly unknown[]): Promise<R | undefined> {
    try {
      return this.#statement(sql).get(parameters) as R | undefined;
    } catch (error) {
      throw this.dialect.problem(error);
    }
  }

  async run(sql: string, parameters: readonly unknown[]): Promise<number> {
    try {
      return this.#statement(sql).run(parameters).changes;
    } catch (error) {
      throw this.dialect.problem(error);
    }
  }

  /** Runs a statement of transaction control. */
  execute(sql: string): void {
    try {
      this.#statement(sql).run([]);
    } catch (error) {
      throw this.dialect.problem(error);
    }
  }

  /**
   * Whether the next transactions wait for the disk. What was committed without waiting is made durable by the next
   * commit that does: the log is one file. @source https://sqlite.org/pragma.html#pragma_synchronous
   */
  setDurable(durable: boolean): void {
    if (durable === this.#durable) return;
    this.#database.pragma(`synchronous = ${durable ? 'full' : 'normal'}`);
    this.#durable = durable;
  }

  /** False after the database itself gave a transaction up, as it does when the disk is full. */
  get inTransaction(): boolean {
    return this.#database.inTransaction;
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  #statement(sql: string): Database.Statement<unknown[]> {
    const found = this.#statements.get(sql);
    if (found) return found;
    if (this.#statements.size >= mostStatements) {
      for (const oldest of this.#statements.keys()) {
        this.#statements.delete(oldest);
        break;
      }
    }
    const made = this.#database.prepare<unknown[]>(sql);
    this.#statements.set(sql, made);
    return made;
  }
}

/**
 * Reads outside transactions. It keeps one view of the file open from read to read, as taking a view anew for each
 * costs as much as a small read; the writer lets go of it whenever something was committed.
 */
export class ReaderConnection extends SqliteConnection {
  // Asking the database itself costs a quarter of a small read.
  #hasView = false;

  override all<R>(sql: string, parameters: readonly unknown[]): Promise<R[]> {
    this.#takeView();
    return super.all<R>(sql, parameters);
  }

  override first<R>(sql: string, parameters: readonly unknown[]): Promise<R | undefined> {
    this.#takeView();
    return super.first<R>(sql, parameters);
  }

  /** Makes the next read see everything committed so far. */
  refresh(): void {
    this.#hasView = false;
    if (this.inTransaction) this.execute('commit');
  }

  #takeView(): void {
    if (this.#hasView) return;
    if (!this.inTransaction) this.execute('begin');
    this.#hasView = true;
  }
}

/** Opens the file so that what is committed is on the disk, and with bounded memory. */
export function openWriter(file: string): SqliteConnection {
  return open(file, { readonly: false }, (database) => {
    database.pragma('journal_mode = wal');
    database.pragma('synchronous = full');
    database.pragma('foreign_keys = on');
    // After a burst the log's file shrinks to this.
    database.pragma('journal_size_limit = 67108864');
    bound(database, 16_384);
    return new SqliteConnection(database);
  });
}

/** Opens the file of a writer for reading what it has committed. */
export function openReader(file: string): ReaderConnection {
  return open(file, { readonly: true }, (database) => {
    bound(database, 24_576);
    return new ReaderConnection(database);
  });
}

/** Opens the file of a writer for long reads: each statement sees what is committed when it begins, and holds no view after. */
export function openScanReader(file: string): SqliteConnection {
  return open(file, { readonly: true }, (database) => {
    // Whoever walks the whole fleet comes to no page twice: more would only stay unused after it.
    bound(database, 8_192);
    return new SqliteConnection(database);
  });
}

function open<T>(file: string, options: Database.Options, prepare: (database: Database.Database) => T): T {
  try {
    const database = new Database(file, { timeout: 1_000, ...options });
    try {
      return prepare(database);
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (error) {
    throw sqlite.problem(error);
  }
}

function bound(database: Database.Database, cacheKibibytes: number): void {
  database.pragma(`cache_size = -${cacheKibibytes}`);
  database.pragma('temp_store = memory');
}
