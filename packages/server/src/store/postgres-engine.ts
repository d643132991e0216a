import { FettleError, type Instant, type TenantId } from '@fettle/model';
import { Announcer } from './announcer.ts';
import { ChangeNotes, noteWrites } from './change-notes.ts';
import type { Company } from './company.ts';
import type { Engine, EngineWork } from './engine.ts';
import { GroupCommit, type GroupCommitOptions, type GroupCommitStats } from './group-commit.ts';
import type { StoreLogger } from './open-store.ts';
import { PooledConnection } from './postgres-connection.ts';
import { PostgresPool, type PostgresTimes } from './postgres-pool.ts';
import { PostgresSession } from './postgres-session.ts';
import { PostgresTransactions } from './postgres-transactions.ts';
import { type RunScan, scanHere } from './scans/store-scans.ts';
import type { Durability } from './transactions.ts';

export interface PostgresEngineOptions {
  readonly url: string;
  /** Connections of this process for reading and writing together; two or more. */
  readonly connections: number;
  readonly times: PostgresTimes;
  /** Names this process to the others. */
  readonly origin: string;
  readonly channel: string;
  readonly holder: string;
  readonly silenceMs: number;
  readonly now: () => Instant;
  readonly logger: StoreLogger | undefined;
  readonly commit: GroupCommitOptions | undefined;
}

export interface PostgresEngineStats extends GroupCommitStats {
  readonly connectionsOpen: number;
  readonly connectionsBusy: number;
  readonly connectionsWaitedFor: number;
}

/** Callers that may wait, over all tenants. */
const mostQueued = 10_000;
/** Tenants whose queues are kept although nobody waits there. */
const mostTenantsKept = 200;

interface Queue {
  readonly commits: GroupCommit;
  readonly announcer: Announcer;
}

/** Reads and writes over PostgreSQL: each tenant has its own queue of writers, as only one at a time may write for it. */
export class PostgresEngine implements Engine {
  readonly reader: PooledConnection;
  // The work is done in the database; this process only waits.
  readonly scan: RunScan;
  readonly #session: PostgresSession;
  readonly #options: PostgresEngineOptions;
  readonly #readers: PostgresPool;
  readonly #writers: PostgresPool;
  readonly #queues = new Map<TenantId | undefined, Queue>();
  #past: GroupCommitStats = noStats;
  #isClosed = false;

  constructor(options: PostgresEngineOptions) {
    const { url, connections, times } = options;
    const writers = Math.max(1, Math.floor(connections / 3));
    this.#options = options;
    this.#writers = new PostgresPool({ url, times, size: writers, mostWaiting: mostQueued, pipeline: true });
    const size = Math.max(1, connections - writers);
    this.#readers = new PostgresPool({ url, times, size, mostWaiting: mostQueued, pipeline: false });
    this.reader = new PooledConnection(this.#readers);
    this.scan = scanHere(this.reader);
    this.#session = new PostgresSession(options);
  }

  get company(): Company {
    return this.#session;
  }

  write<T>(tenant: TenantId | undefined, work: EngineWork<T>, durability?: Durability): Promise<T> {
    if (this.#isClosed) return Promise.reject(new FettleError('overloaded', 'The store is closed: the server stops.'));
    const { commits, announcer } = this.#queueOf(tenant);
    if (this.stats().queued >= mostQueued) {
      return Promise.reject(new FettleError('overloaded', 'Too many writes wait for the database; try again later.'));
    }
    return commits.run(async (connection) => {
      const notes = new ChangeNotes();
      const value = await work(connection, (writes) => noteWrites(writes, notes));
      announcer.notes.add(notes);
      return value;
    }, durability);
  }

  stats(): PostgresEngineStats {
    let sum = this.#past;
    for (const { commits } of this.#queues.values()) sum = addStats(sum, commits.stats());
    const [readers, writers] = [this.#readers.stats(), this.#writers.stats()];
    return {
      ...sum,
      connectionsOpen: readers.open + writers.open,
      connectionsBusy: readers.busy + writers.busy,
      connectionsWaitedFor: readers.waiting + writers.waiting,
    };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#session.close();
    await Promise.all([...this.#queues.values()].map(({ commits }) => commits.close()));
    await Promise.all([this.#writers.close(), this.#readers.close()]);
  }

  #queueOf(tenant: TenantId | undefined): Queue {
    const found = this.#queues.get(tenant);
    if (found) return found;
    if (this.#queues.size >= mostTenantsKept) this.#dropIdle();
    const { origin, channel, commit } = this.#options;
    const announcer = new Announcer(origin, tenant);
    const transactions = new PostgresTransactions({ pool: this.#writers, tenant, announcer, channel });
    const made = { announcer, commits: new GroupCommit(transactions, { mostMs: 100, ...commit }) };
    this.#queues.set(tenant, made);
    return made;
  }

  #dropIdle(): void {
    for (const [tenant, { commits }] of this.#queues) {
      if (!commits.isIdle) continue;
      this.#past = addStats(this.#past, commits.stats());
      this.#queues.delete(tenant);
    }
  }
}

const noStats: GroupCommitStats = {
  tasks: 0,
  failedTasks: 0,
  batches: 0,
  failedBatches: 0,
  largestBatch: 0,
  queued: 0,
};

function addStats(a: GroupCommitStats, b: GroupCommitStats): GroupCommitStats {
  return {
    tasks: a.tasks + b.tasks,
    failedTasks: a.failedTasks + b.failedTasks,
    batches: a.batches + b.batches,
    failedBatches: a.failedBatches + b.failedBatches,
    largestBatch: Math.max(a.largestBatch, b.largestBatch),
    queued: a.queued + b.queued,
  };
}
