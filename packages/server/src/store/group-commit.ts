import { FettleError } from '@fettle/model';
import type { Connection } from './connection.ts';
import type { SqliteConnection } from './sqlite-connection.ts';

/** What one caller wants done in a transaction. It may wait for nothing but the connection it is given. */
export type Work<T> = (connection: Connection) => Promise<T>;

interface Task {
  readonly work: Work<unknown>;
  /** Whether the caller can bear to lose it in a power cut: then nobody waits for the disk. */
  readonly relaxed: boolean;
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
  readonly #connection: SqliteConnection;
  readonly #refreshReaders: () => void;
  readonly #options: Required<GroupCommitOptions>;
  readonly #queue: Task[] = [];
  #scheduled = false;
  #closed = false;
  #idle: (() => void)[] = [];
  #stats = { tasks: 0, failedTasks: 0, batches: 0, failedBatches: 0, largestBatch: 0 };

  /** @param refreshReaders makes readers of the same file see what was committed */
  constructor(connection: SqliteConnection, refreshReaders: () => void, options: GroupCommitOptions = {}) {
    this.#connection = connection;
    this.#refreshReaders = refreshReaders;
    this.#options = { mostTasks: 512, mostMs: 20, mostQueued: 10_000, taskMs: 10_000, ...options };
  }

  /** @param durability `relaxed`: committed, but only the next durable commit makes sure that it survives a power cut */
  run<T>(work: Work<T>, durability: 'durable' | 'relaxed' = 'durable'): Promise<T> {
    if (this.#closed) return Promise.reject(new FettleError('overloaded', 'The store is closed: the server stops.'));
    if (this.#queue.length >= this.#options.mostQueued) {
      return Promise.reject(new FettleError('overloaded', 'Too many writes wait for the disk; try again later.'));
    }
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({
        work,
        relaxed: durability === 'relaxed',
        resolve: resolve as (value: unknown) => void,
        reject,
      });
      this.#schedule();
    });
  }

  stats(): GroupCommitStats {
    return { ...this.#stats, queued: this.#queue.length };
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
    const connection = this.#connection;
    const relaxed = this.#queue[0]?.relaxed === true;
    try {
      connection.setDurable(!relaxed);
      // A reader with an old view would keep the write-ahead log from starting over, so that it grew for ever.
      this.#refreshReaders();
      connection.execute(connection.dialect.begin);
      await this.#runTasks(outcomes, relaxed);
      connection.execute('commit');
    } catch (error) {
      this.#giveUp(outcomes, error);
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
    // Before any caller goes on: each then reads what it wrote.
    this.#refreshReaders();
  }

  async #runTasks(outcomes: Outcome[], relaxed: boolean): Promise<void> {
    const { mostTasks, mostMs, taskMs } = this.#options;
    const started = performance.now();
    const expiry = expireAfter(taskMs);
    try {
      while (outcomes.length < mostTasks && !expiry.over() && performance.now() - started <= mostMs) {
        // Durable and relaxed tasks never share a transaction.
        if (this.#queue[0]?.relaxed !== relaxed) return;
        const task = this.#queue.shift();
        if (!task) return;
        const outcome = await this.#runTask(task, expiry.promise);
        outcomes.push(outcome);
        if ('error' in outcome && !this.#undoTask()) throw new LostTransaction(outcome.error);
      }
    } finally {
      expiry.stop();
    }
  }

  async #runTask(task: Task, expiry: Promise<never>): Promise<Outcome> {
    const connection = new TaskConnection(this.#connection);
    try {
      this.#connection.execute('savepoint task');
      const value = await Promise.race([task.work(connection), expiry]);
      connection.end();
      this.#connection.execute('release task');
      return { task, value };
    } catch (error) {
      connection.end();
      return { task, error };
    }
  }

  /** @returns false when the whole transaction is gone: the database gives it up by itself when the disk is full */
  #undoTask(): boolean {
    if (!this.#connection.inTransaction) return false;
    try {
      this.#connection.execute('rollback to task');
      this.#connection.execute('release task');
      return true;
    } catch {
      return false;
    }
  }

  #giveUp(outcomes: readonly Outcome[], error: unknown): void {
    this.#stats.failedBatches++;
    const cause = error instanceof LostTransaction ? error.cause : error;
    try {
      if (this.#connection.inTransaction) this.#connection.execute('rollback');
    } finally {
      for (const { task } of outcomes) task.reject(cause);
      // The transaction did not even begin: those who would have been in it must not wait for ever.
      if (outcomes.length === 0) for (const task of this.#queue.splice(0, this.#options.mostTasks)) task.reject(cause);
    }
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
