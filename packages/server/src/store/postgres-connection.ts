import type { ClientBase, QueryResult } from 'pg';
import type { Connection } from './connection.ts';
import { type Dialect, postgres } from './dialect.ts';
import { breaksConnection, type PostgresPool } from './postgres-pool.ts';

/** One connection, lent to whoever has this. */
export class PostgresConnection implements Connection {
  readonly dialect: Dialect = postgres;
  readonly #client: ClientBase;
  readonly #beforeAsking: () => void;

  constructor(client: ClientBase, beforeAsking: () => void = () => {}) {
    this.#client = client;
    this.#beforeAsking = beforeAsking;
  }

  async all<R>(sql: string, parameters: readonly unknown[]): Promise<R[]> {
    return (await this.#ask(sql, parameters)).rows as R[];
  }

  async first<R>(sql: string, parameters: readonly unknown[]): Promise<R | undefined> {
    return (await this.#ask(sql, parameters)).rows[0] as R | undefined;
  }

  async run(sql: string, parameters: readonly unknown[]): Promise<number> {
    return (await this.#ask(sql, parameters)).rowCount ?? 0;
  }

  async #ask(sql: string, parameters: readonly unknown[]): Promise<QueryResult> {
    try {
      this.#beforeAsking();
      return await ask(this.#client, sql, parameters);
    } catch (error) {
      throw this.dialect.problem(error);
    }
  }
}

/** Each statement on whatever connection of a pool is free. */
export class PooledConnection implements Connection {
  readonly dialect: Dialect = postgres;
  readonly #pool: PostgresPool;

  constructor(pool: PostgresPool) {
    this.#pool = pool;
  }

  async all<R>(sql: string, parameters: readonly unknown[]): Promise<R[]> {
    return (await this.#ask(sql, parameters)).rows as R[];
  }

  async first<R>(sql: string, parameters: readonly unknown[]): Promise<R | undefined> {
    return (await this.#ask(sql, parameters)).rows[0] as R | undefined;
  }

  async run(sql: string, parameters: readonly unknown[]): Promise<number> {
    return (await this.#ask(sql, parameters)).rowCount ?? 0;
  }

  async #ask(sql: string, parameters: readonly unknown[]): Promise<QueryResult> {
    const client = await this.#pool.lend();
    // A connection that breaks while it is lent says so twice; the query's own error is the one that is told.
    const hear = (): void => {};
    client.on('error', hear);
    let broken = false;
    try {
      return await ask(client, sql, parameters);
    } catch (error) {
      broken = breaksConnection(error);
      throw this.dialect.problem(error);
    } finally {
      client.off('error', hear);
      client.release(broken);
    }
  }
}

/** Statements that are prepared under a name; lists with filters make more shapes than are worth keeping. */
const mostNamed = 500;
const names = new Map<string, string>();

function ask(client: ClientBase, text: string, parameters: readonly unknown[]): Promise<QueryResult> {
  const name = nameOf(text);
  const values = parameters.map(storable);
  return client.query(name === undefined ? { text, values } : { name, text, values });
}

function nameOf(text: string): string | undefined {
  const found = names.get(text);
  if (found !== undefined || names.size >= mostNamed) return found;
  const made = `fettle_${names.size}`;
  names.set(text, made);
  return made;
}

/** PostgreSQL keeps every character but U+0000; free texts of devices may have it, ids never do. */
export function storable(value: unknown): unknown {
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value;
}
