import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { FettleError } from '@fettle/model';
import pg from 'pg';
import { migrate } from './migrations.ts';
import type { OpenStore, StoreOptions } from './open-store.ts';
import { PostgresConnection } from './postgres-connection.ts';
import { PostgresEngine } from './postgres-engine.ts';
import { applySettings, clientConfig, type PostgresTimes, postgresTimes } from './postgres-pool.ts';
import { postgresProblem, sqlState } from './postgres-problem.ts';
import { SqlStore } from './sql-store.ts';

export interface PostgresStoreOptions extends StoreOptions {
  /** `postgres://USER:PASSWORD@HOST:PORT/DATABASE` */
  readonly url: string;
  /** Connections of this process; three or more. */
  readonly connections?: number | undefined;
  readonly times?: Partial<PostgresTimes> | undefined;
  /** A process that is silent for this long loses its duties to another. */
  readonly silenceMs?: number | undefined;
  /** How long the start waits for a database that is starting too. */
  readonly patienceMs?: number | undefined;
}

/** Notifications of all processes of an installation. */
const channel = 'fettle_changes';
/** Any number will do, as long as all versions of Fettle lock the same one while they change the schema. */
const schemaLock = 4_667_330;
const leastVersion = 140_000;

/**
 * Opens the store in a PostgreSQL database, which other processes may use at the same time.
 * @throws FettleError `overloaded` when the database cannot be reached, `wrong-state` when it is too old or a newer
 *   version of Fettle wrote it
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<OpenStore> {
  const times = { ...postgresTimes, ...options.times };
  const { url } = options;
  const prepared = await openPrepared(url, times, options.patienceMs);
  await prepared.end();
  const origin = Buffer.from(options.random.bytes(9)).toString('base64url');
  const engine = new PostgresEngine({
    url,
    times,
    origin,
    channel,
    // One is for the session that stays.
    connections: Math.max(2, (options.connections ?? 10) - 1),
    holder: `${hostname()}, process ${process.pid}`,
    silenceMs: options.silenceMs ?? 10_000,
    now: () => options.clock.now(),
    logger: options.logger,
    commit: options.commit,
  });
  return new SqlStore(engine, options);
}

/** Connects, and brings the schema up to date: one process after the other. No statement of it has a limit in time. */
export async function openPrepared(url: string, times: PostgresTimes, patienceMs = 30_000): Promise<pg.Client> {
  const client = await connectPatiently(url, times, patienceMs);
  try {
    await demandVersion(client);
    // A step of the schema takes as long as it takes, and so does waiting for another process that makes it.
    await client.query('set statement_timeout = 0; set lock_timeout = 0; set idle_in_transaction_session_timeout = 0');
    await client.query(`select pg_advisory_lock(${schemaLock})`);
    await migrate(new PostgresConnection(client));
    await client.query(`select pg_advisory_unlock(${schemaLock})`);
    return client;
  } catch (error) {
    await client.end().catch(() => {});
    throw postgresProblem(error);
  }
}

async function connectPatiently(url: string, times: PostgresTimes, patienceMs: number): Promise<pg.Client> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    // No limit on the answer: the schema may take long.
    const client = new pg.Client({ ...clientConfig(url, times), query_timeout: 0 });
    client.on('error', () => {});
    try {
      await client.connect();
      await applySettings(client, times);
      return client;
    } catch (error) {
      await client.end().catch(() => {});
      // 57P03: it is starting. Whatever else PostgreSQL itself says will be the same in a second.
      const mayPass = sqlState(error) === '' || sqlState(error) === '57P03';
      if (!mayPass || performance.now() > deadline) throw unreachable(error);
      await delay(250);
    }
  }
}

function unreachable(error: unknown): FettleError {
  if (error instanceof FettleError) return error;
  const text = error instanceof Error ? error.message || error.name : String(error);
  return new FettleError('overloaded', `Cannot use the PostgreSQL database: ${text}. See the setting "database".`, {
    cause: error,
  });
}

async function demandVersion(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ server_version_num: string }>('show server_version_num');
  const found = Number(rows[0]?.server_version_num);
  if (found >= leastVersion) return;
  throw new FettleError('wrong-state', `Expected PostgreSQL 14 or newer, found version number ${found}: upgrade it.`);
}
