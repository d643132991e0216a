import type { Connection } from './connection.ts';
import type { SqliteConnection } from './sqlite-connection.ts';
import type { Durability, Transaction, Transactions } from './transactions.ts';

/** Transactions on the one connection that writes a file. */
export class SqliteTransactions implements Transactions, Transaction {
  readonly #writer: SqliteConnection;
  readonly #refreshReaders: () => void;

  /** @param refreshReaders makes readers of the same file see what was committed */
  constructor(writer: SqliteConnection, refreshReaders: () => void) {
    this.#writer = writer;
    this.#refreshReaders = refreshReaders;
  }

  get connection(): Connection {
    return this.#writer;
  }

  async begin(durability: Durability): Promise<Transaction> {
    try {
      this.#writer.setDurable(durability === 'durable');
      // A reader with an old view would keep the write-ahead log from starting over, so that it grew for ever.
      this.#refreshReaders();
      this.#writer.execute(this.#writer.dialect.begin);
      return this;
    } catch (error) {
      await this.rollback();
      throw error;
    }
  }

  async mark(): Promise<void> {
    this.#writer.execute('savepoint task');
  }

  async keep(): Promise<void> {
    this.#writer.execute('release task');
  }

  async undo(cause: unknown): Promise<void> {
    // The database gives a transaction up by itself when the disk is full.
    if (!this.#writer.inTransaction) throw cause;
    try {
      this.#writer.execute('rollback to task');
      this.#writer.execute('release task');
    } catch {
      throw cause;
    }
  }

  async commit(): Promise<void> {
    this.#writer.execute('commit');
    // Before any caller goes on: each then reads what it wrote.
    this.#refreshReaders();
  }

  async rollback(): Promise<void> {
    try {
      if (this.#writer.inTransaction) this.#writer.execute('rollback');
    } catch {
      // It shows again when the next one begins.
    }
  }
}
