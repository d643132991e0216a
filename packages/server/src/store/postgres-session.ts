import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { FettleError, type Instant } from '@fettle/model';
import pg from 'pg';
import { readAnnouncement } from './announcer.ts';
import type { ChangeListener, Company } from './company.ts';
import type { Connection } from './connection.ts';
import { beginTerm, type Leadership, renew } from './duties.ts';
import type { StoreLogger } from './open-store.ts';
import { PostgresConnection } from './postgres-connection.ts';
import { applySettings, clientConfig, type PostgresTimes } from './postgres-pool.ts';

export interface SessionOptions {
  readonly url: string;
  readonly times: PostgresTimes;
  readonly channel: string;
  /** Names this process: what it announced itself is old news. */
  readonly origin: string;
  /** The same for people. */
  readonly holder: string;
  /** A process that is silent for this long loses its duties. */
  readonly silenceMs: number;
  readonly now: () => Instant;
  readonly logger: StoreLogger | undefined;
}

/** With PostgreSQL's advisory locks, all of Fettle's are under this number. */
const lockClass = 4_667_331;
const mostBackoffMs = 2_000;
/** Tells the others that a process has let go of a duty. */
const dutyIsFree = 'a duty is free';

interface Candidate {
  readonly duty: string;
  readonly taken: () => void;
  term: number | undefined;
}

/**
 * The one connection that stays: hears what others changed, and holds the locks of the duties that this process has.
 * It says something every fifth of the allowed silence; PostgreSQL itself ends it, and gives its locks back, when it
 * has been silent for the whole: so also when the process was stopped and its connection stands.
 */
export class PostgresSession implements Company {
  readonly #options: SessionOptions;
  readonly #candidates = new Set<Candidate>();
  readonly #listeners = new Set<ChangeListener>();
  readonly #beatMs: number;
  #isStopping = false;
  #isNudged = false;
  #interrupt: () => void = () => {};
  #isUp = false;
  #heardAt = 0;
  readonly #running: Promise<void>;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#beatMs = Math.max(50, Math.floor(options.silenceMs / 5));
    this.#running = this.#run();
  }

  lead(duty: string, taken: () => void): Leadership {
    const candidate: Candidate = { duty, taken, term: undefined };
    this.#candidates.add(candidate);
    this.#nudge();
    const isSilent = () => performance.now() - this.#heardAt > this.#options.silenceMs;
    const leave = () => {
      this.#candidates.delete(candidate);
      this.#nudge();
    };
    return {
      get term() {
        return isSilent() ? undefined : candidate.term;
      },
      close: async () => leave(),
    };
  }

  listen(listener: ChangeListener): void {
    this.#listeners.add(listener);
    if (this.#isUp) listener.back();
    else listener.lost();
  }

  async close(): Promise<void> {
    this.#isStopping = true;
    this.#nudge();
    await this.#running;
  }

  async #run(): Promise<void> {
    let backoffMs = 100;
    while (!this.#isStopping) {
      const client = new pg.Client(this.#clientConfig());
      // Told to whoever waits for an answer too, and the next beat notices.
      client.on('error', () => this.#nudge());
      try {
        await this.#begin(client);
        backoffMs = 100;
        await this.#beatUntilStopped(client);
      } catch (error) {
        if (this.#isUp) this.#options.logger?.error({ err: error }, 'the connection for notices was lost');
      } finally {
        this.#down();
        await client.end().catch(() => {});
      }
      await this.#pause(backoffMs * (0.5 + Math.random() / 2));
      backoffMs = Math.min(mostBackoffMs, backoffMs * 2);
    }
  }

  #clientConfig(): pg.ClientConfig {
    const { url, times } = this.#options;
    // An answer that takes two beats is none.
    return { ...clientConfig(url, times), query_timeout: Math.max(1_000, 2 * this.#beatMs) };
  }

  async #begin(client: pg.Client): Promise<void> {
    const { times, silenceMs, channel, origin } = this.#options;
    await client.connect();
    await applySettings(client, times);
    await client.query(
      `set idle_session_timeout = ${silenceMs}; set lock_timeout = ${this.#beatMs}; listen ${channel}`,
    );
    client.on('notification', ({ payload }) => {
      const announcement = readAnnouncement(payload ?? '');
      if (payload === dutyIsFree) this.#nudge();
      if (announcement && announcement.origin !== origin) for (const one of this.#listeners) one.changed(announcement);
    });
    this.#heardAt = performance.now();
    this.#isUp = true;
    for (const listener of this.#listeners) listener.back();
  }

  async #beatUntilStopped(client: pg.Client): Promise<void> {
    const connection = new PostgresConnection(client);
    const held = new Map<string, Candidate>();
    while (!this.#isStopping) {
      const begun = performance.now();
      await this.#standBy(connection, held);
      this.#heardAt = begun;
      await this.#pause(this.#beatMs);
    }
    for (const candidate of this.#candidates) candidate.term = undefined;
    for (const duty of held.keys()) await unlock(connection, duty);
    await connection.first('select pg_notify($1, $2)', [this.#options.channel, dutyIsFree]);
  }

  /** Renews what this process leads, asks for what it does not, lets go of what it wants no more. */
  async #standBy(connection: Connection, held: Map<string, Candidate>): Promise<void> {
    await connection.first('select 1', []);
    for (const [duty, candidate] of held) {
      const isWanted = this.#candidates.has(candidate);
      const renewed_at = this.#options.now();
      if (isWanted && (await renew(connection, { name: duty, term: candidate.term ?? 0, renewed_at }))) continue;
      candidate.term = undefined;
      held.delete(duty);
      await unlock(connection, duty);
    }
    for (const candidate of this.#candidates) {
      if (held.has(candidate.duty) || !(await tryLock(connection, candidate.duty))) continue;
      if (await this.#take(connection, candidate)) held.set(candidate.duty, candidate);
      else await unlock(connection, candidate.duty);
    }
  }

  /** @returns false while a transaction of the term before has not ended */
  async #take(connection: Connection, candidate: Candidate): Promise<boolean> {
    const { holder, now } = this.#options;
    try {
      candidate.term = await beginTerm(connection, { name: candidate.duty, holder, renewed_at: now() });
    } catch (error) {
      if (isLockTimeout(error)) return false;
      throw error;
    }
    this.#heardAt = performance.now();
    candidate.taken();
    return true;
  }

  #down(): void {
    for (const candidate of this.#candidates) candidate.term = undefined;
    if (!this.#isUp) return;
    this.#isUp = false;
    for (const listener of this.#listeners) listener.lost();
  }

  /** Ends the pause that is, or the next one. */
  #nudge(): void {
    this.#isNudged = true;
    this.#interrupt();
  }

  async #pause(ms: number): Promise<void> {
    const interrupted = new AbortController();
    this.#interrupt = () => interrupted.abort();
    if (!this.#isNudged) await delay(ms, undefined, { signal: interrupted.signal, ref: false }).catch(() => {});
    this.#isNudged = false;
  }
}

async function tryLock(connection: Connection, duty: string): Promise<boolean> {
  const sql = `select pg_try_advisory_lock(${lockClass}, $1) as locked`;
  return (await connection.first<{ locked: boolean }>(sql, [lockNumber(duty)]))?.locked === true;
}

async function unlock(connection: Connection, duty: string): Promise<void> {
  await connection.first(`select pg_advisory_unlock(${lockClass}, $1)`, [lockNumber(duty)]);
}

function lockNumber(duty: string): number {
  return createHash('sha256').update(duty).digest().readInt32BE(0);
}

function isLockTimeout(error: unknown): boolean {
  return error instanceof FettleError && error.details.database === '55P03';
}
