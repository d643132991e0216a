import { FettleError } from '@fettle/model';
import pg, { type ClientBase, type ClientConfig, type CustomTypesConfig, type PoolClient } from 'pg';
import { postgresProblem, sqlState } from './postgres-problem.ts';

/** How long anything about the database may take. */
export interface PostgresTimes {
  /** Until there is a connection, a free one of the pool or a new one. */
  readonly connectMs: number;
  /** One statement, in the database. */
  readonly statementMs: number;
  /** For somebody else's lock, e.g. until it is this process's turn to write for a tenant. */
  readonly lockMs: number;
  /** A transaction that nothing is heard of, e.g. of a process that was stopped: its locks are given back. */
  readonly silentTransactionMs: number;
}

export const postgresTimes: PostgresTimes = {
  connectMs: 5_000,
  statementMs: 15_000,
  lockMs: 10_000,
  silentTransactionMs: 15_000,
};

/** The network may swallow an answer: what the database should have ended by now is given up. */
const graceMs = 3_000;

export interface PoolOptions {
  readonly url: string;
  /** Connections at most. */
  readonly size: number;
  /** Callers that may wait for one; more are turned away. */
  readonly mostWaiting: number;
  readonly times: PostgresTimes;
  /** Statements are sent without waiting for the answers to those before. */
  readonly pipeline: boolean;
}

export interface PoolStats {
  readonly open: number;
  readonly busy: number;
  readonly waiting: number;
}

/** Connections that are lent out, each with the same settings; a broken one is never lent again. */
export class PostgresPool {
  readonly #pool: pg.Pool;
  readonly #mostWaiting: number;

  constructor({ url, size, mostWaiting, times, pipeline }: PoolOptions) {
    this.#mostWaiting = mostWaiting;
    this.#pool = new pg.Pool({
      ...clientConfig(url, times),
      max: size,
      idleTimeoutMillis: 60_000,
      pipeline,
      onConnect: (client) => applySettings(client, times),
    } as pg.PoolConfig);
    // An idle connection broke, e.g. as the database was started anew: the pool has dropped it already.
    this.#pool.on('error', () => {});
  }

  /** @throws FettleError `overloaded` */
  async lend(): Promise<PoolClient> {
    if (this.#pool.waitingCount >= this.#mostWaiting) {
      throw new FettleError('overloaded', 'Too many callers wait for a connection to the database; try again later.');
    }
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw postgresProblem(error);
    }
  }

  stats(): PoolStats {
    const { totalCount, idleCount, waitingCount } = this.#pool;
    return { open: totalCount, busy: totalCount - idleCount, waiting: waitingCount };
  }

  close(): Promise<void> {
    return this.#pool.end();
  }
}

/** Everything that a connection is made with. @throws FettleError `invalid-input` */
export function clientConfig(url: string, times: PostgresTimes): ClientConfig {
  if (!/^postgres(ql)?:\/\//.test(url)) {
    throw new FettleError('invalid-input', 'The database must be a URL that begins with postgres://.');
  }
  return {
    connectionString: url,
    application_name: 'fettle',
    connectionTimeoutMillis: times.connectMs,
    query_timeout: times.statementMs + graceMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types,
  };
}

/** What every connection is set to, so that no default of the database or of its role can change what we do. */
export async function applySettings(client: ClientBase, times: PostgresTimes): Promise<void> {
  try {
    await client.query(`
      set statement_timeout = ${times.statementMs};
      set lock_timeout = ${times.lockMs};
      set idle_in_transaction_session_timeout = ${times.silentTransactionMs};
      set default_transaction_isolation = 'read committed';
      set default_transaction_deferrable = off;
      set jit = off`);
  } catch (error) {
    throw postgresProblem(error);
  }
}

/** Whether a connection is of no use after this error. */
export function breaksConnection(error: unknown): boolean {
  const state = sqlState(error);
  // 25006: the database was made a standby; the next connection may find the new primary.
  return state === '' || /^(08|57P|58)/.test(state) || state === '25006' || state === '25P03';
}

const { builtins, getTypeParser } = pg.types;
// The one place where numbers of 64 bits become ours; sums come as `numeric`.
const types: CustomTypesConfig = {
  getTypeParser(id: number, format?: 'text' | 'binary') {
    if (format !== 'binary' && (id === builtins.INT8 || id === builtins.NUMERIC)) return toSafeInteger;
    return getTypeParser(id, format);
  },
} as CustomTypesConfig;

function toSafeInteger(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new FettleError('internal', `The database holds ${text.slice(0, 40)}, which is no whole number that fits.`);
}
