import { FettleError } from '@fettle/model';
import type { Connection } from './connection.ts';
import type { Durability, Transaction, Transactions } from './transactions.ts';

/** What one caller wants done in a transaction. It may wait for nothing but the connection it is given. */
export type Work<T> = (connection: Connection) => Promise<T>;

interface Task {
  readonly work: Work<unknown>;
  readonly durability: Durability;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}
type Outcome = { readonly task: Task } & ({ readonly value: unknown } | { readonly error: unknown });

export interface GroupCommitStats {
  readonly tasks: number;
  readonly failedTasks: number;
  readonly batches: number;
  readonly failedBatches: number;
  readonly largestBatch: number;
  readonly queued: number;
}

export interface GroupCommitOptions {
  /** Tasks of one transaction. */
  readonly mostTasks?: number;
  /** A transaction takes no more tasks after this long. */
  readonly mostMs?: number;
  /** Callers that may wait; more are turned away. */
  readonly mostQueued?: number;
  /** A task that takes longer waits for something it must not wait for. */
  readonly taskMs?: number;
}

/** Runs the work of many callers in few transactions, each answered only once its work is durable. */
export class GroupCommit {
  readonly #transactions: Transactions;
  readonly #options: Required<GroupCommitOptions>;
  readonly #queue: Task[] = [];
  #scheduled = false;
  #closed = false;
  #idle: (() => void)[] = [];
  #stats = { tasks: 0, failedTasks: 0, batches: 0, failedBatches: 0, largestBatch: 0 };

  constructor(transactions: Transactions, options: GroupCommitOptions = {}) {
    this.#transactions = transactions;
    this.#options = { mostTasks: 512, mostMs: 20, mostQueued: 10_000, taskMs: 10_000, ...options };
  }

  run<T>(work: Work<T>, durability: Durability = 'durable'): Promise<T> {
    if (this.#closed) return Promise.reject(new FettleError('overloaded', 'The store is closed: the server stops.'));
    if (this.#queue.length >= this.#options.mostQueued) {
      return Promise.reject(new FettleError('overloaded', 'Too many writes wait for the disk; try again later.'));
    }
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({
        work,
        durability,
        resolve: resolve as (value: unknown) => void,
        reject,
      });
      this.#schedule();
    });
  }

  stats(): GroupCommitStats {
    return { ...this.#stats, queued: this.#queue.length };
  }

  /** Whether nothing waits and nothing is being written. */
  get isIdle(): boolean {
    return !this.#scheduled;
  }

  /** Takes no more work and waits until what was taken is done. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#scheduled) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  // After the input of this turn of the event loop is read: requests that came together are written together.
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      const next = (): void => {
        this.#scheduled = false;
        if (this.#queue.length > 0) this.#schedule();
        else for (const done of this.#idle.splice(0)) done();
      };
      // Every error of a batch is told to its callers; one of giving a batch up shows again in the next.
      this.#flush().then(next, next);
    });
  }

  async #flush(): Promise<void> {
    const outcomes: Outcome[] = [];
    // Durable and relaxed tasks never share a transaction.
    const durability = this.#queue[0]?.durability ?? 'durable';
    let transaction: Transaction | undefined;
    try {
      transaction = await this.#transactions.begin(durability);
      await this.#runTasks(transaction, outcomes, durability);
      await transaction.commit();
    } catch (error) {
      await transaction?.rollback();
      this.#tellFailure(outcomes, error instanceof LostTransaction ? error.cause : error);
      return;
    }
    this.#stats.batches++;
    this.#stats.tasks += outcomes.length;
    this.#stats.largestBatch = Math.max(this.#stats.largestBatch, outcomes.length);
    for (const outcome of outcomes) {
      if ('value' in outcome) outcome.task.resolve(outcome.value);
      else {
        this.#stats.failedTasks++;
        outcome.task.reject(outcome.error);
      }
    }
  }

  async #runTasks(transaction: Transaction, outcomes: Outcome[], durability: Durability): Promise<void> {
    const { mostTasks, mostMs, taskMs } = this.#options;
    const started = performance.now();
    const expiry = expireAfter(taskMs);
    try {
      while (outcomes.length < mostTasks && !expiry.over() && performance.now() - started <= mostMs) {
        if (this.#queue[0]?.durability !== durability) return;
        const task = this.#queue.shift();
        if (!task) return;
        const outcome = await runTask(transaction, task, expiry.promise);
        outcomes.push(outcome);
        if ('error' in outcome) await undo(transaction, outcome.error);
      }
    } finally {
      expiry.stop();
    }
  }

  #tellFailure(outcomes: readonly Outcome[], cause: unknown): void {
    this.#stats.failedBatches++;
    for (const { task } of outcomes) task.reject(cause);
    // The transaction did not even begin: those who would have been in it must not wait for ever.
    if (outcomes.length === 0) for (const task of this.#queue.splice(0, this.#options.mostTasks)) task.reject(cause);
  }
}

async function runTask(transaction: Transaction, task: Task, expiry: Promise<never>): Promise<Outcome> {
  const connection = new TaskConnection(transaction.connection);
  try {
    await transaction.mark();
    const value = await Promise.race([task.work(connection), expiry]);
    connection.end();
    await transaction.keep();
    return { task, value };
  } catch (error) {
    connection.end();
    return { task, error };
  }
}

async function undo(transaction: Transaction, cause: unknown): Promise<void> {
  try {
    await transaction.undo(cause);
  } catch (error) {
    throw new LostTransaction(error);
  }
}

class LostTransaction extends Error {
  constructor(cause: unknown) {
    super('The database gave the transaction up.', { cause });
  }
}

interface Expiry {
  readonly promise: Promise<never>;
  over(): boolean;
  stop(): void;
}

function expireAfter(ms: number): Expiry {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {});
  let over = false;
  const timer = setTimeout(() => {
    over = true;
    reject(new FettleError('internal', `A transaction waited ${ms} ms for something other than the store.`));
  }, ms);
  return { promise, over: () => over, stop: () => clearTimeout(timer) };
}

/** The connection as one task sees it: of no use once the task has ended. */
class TaskConnection implements Connection {
  readonly dialect;
  readonly #inner: Connection;
  #ended = false;

  constructor(inner: Connection) {
    this.#inner = inner;
    this.dialect = inner.dialect;
  }

  all<R>(sql: string, parameters: readonly unknown[]): Promise<R[]> {
    return this.#ended ? Promise.reject(endedError()) : this.#inner.all<R>(sql, parameters);
  }

  first<R>(sql: string, parameters: readonly unknown[]): Promise<R | undefined> {
    return this.#ended ? Promise.reject(endedError()) : this.#inner.first<R>(sql, parameters);
  }

  run(sql: string, parameters: readonly unknown[]): Promise<number> {
    return this.#ended ? Promise.reject(endedError()) : this.#inner.run(sql, parameters);
  }

  end(): void {
    this.#ended = true;
  }
}

function endedError(): FettleError {
  return new FettleError('internal', 'The transaction has ended; every write must be awaited inside its work.');
}
