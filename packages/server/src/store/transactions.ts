import type { Connection } from './connection.ts';

/** `relaxed`: committed, but only the next durable commit makes sure that it survives a power cut. */
export type Durability = 'durable' | 'relaxed';

/** Opens transactions, one at a time, that take the work of many callers. */
export interface Transactions {
  begin(durability: Durability): Promise<Transaction>;
}

/** One transaction; between `mark` and `keep` or `undo` the connection does the work of one caller. */
export interface Transaction {
  readonly connection: Connection;
  mark(): Promise<void>;
  /** Ends the work of one caller; what it wrote stays. */
  keep(): Promise<void>;
  /**
   * Ends the work of one caller as if it had never begun.
   * @throws what every caller must be told when the whole transaction is gone; mostly `cause`, which undid it
   */
  undo(cause: unknown): Promise<void>;
  /** Resolves once everything kept is there for everybody and, if asked for, durable. */
  commit(): Promise<void>;
  /** Gives it up; never rejects. */
  rollback(): Promise<void>;
}
