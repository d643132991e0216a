import type { Clock, OperatorToken, Randomness, Reads, Scope, Store, Writes } from '@fettle/control';
import { type DeviceId, FettleError, type Instant, type TenantId } from '@fettle/model';
import type { Connection } from './connection.ts';
import { GroupCommit, type GroupCommitOptions, type GroupCommitStats } from './group-commit.ts';
import { insertTenant, installationSecret, listTenants } from './installation.ts';
import { migrate } from './migrations.ts';
import { takeOwnership } from './ownership.ts';
import { SeenBuffer } from './seen.ts';
import { openReader, openWriter, type ReaderConnection, type SqliteConnection } from './sqlite-connection.ts';
import { bindReads, bindWrites } from './tables.ts';
import { findOperatorToken } from './tokens.ts';

export interface StoreLogger {
  error(details: object, message: string): void;
}

export interface SqliteStoreOptions {
  /** Path of the database, made when absent; `:memory:` for one that ends with the process. */
  readonly file: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Randomness;
  readonly logger?: StoreLogger | undefined;
  /** How often last-seen times are written. */
  readonly seenFlushMs?: number | undefined;
  readonly commit?: GroupCommitOptions | undefined;
}

export interface StoreStats extends GroupCommitStats {
  /** Last-seen times that wait to be written. */
  readonly seenBuffered: number;
}

/** A store with a lifetime. */
export interface OpenStore extends Store {
  /** Writes last-seen times now instead of in some seconds. */
  flushSeen(): Promise<void>;
  stats(): StoreStats;
  /** Finishes everything that was taken, then lets go of the file. */
  close(): Promise<void>;
}

/**
 * Opens the store in one SQLite file, which this process then owns.
 * @throws FettleError `wrong-state` when another process owns it or a newer version wrote it
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<OpenStore> {
  const inMemory = options.file === ':memory:';
  const ownership = inMemory ? undefined : takeOwnership(options.file);
  let writer: SqliteConnection | undefined;
  try {
    writer = openWriter(options.file);
    await migrate(writer);
    const reader = inMemory ? undefined : openReader(options.file);
    return new SqliteStore({ writer, reader, release: () => ownership?.release() }, options);
  } catch (error) {
    writer?.close();
    ownership?.release();
    throw error;
  }
}

interface Held {
  readonly writer: SqliteConnection;
  /** None for a database in memory, which only the writer can see. */
  readonly reader: ReaderConnection | undefined;
  release(): void;
}

class SqliteStore implements OpenStore {
  readonly #held: Held;
  readonly #reader: Connection;
  readonly #options: SqliteStoreOptions;
  readonly #commits: GroupCommit;
  readonly #seen: SeenBuffer;
  readonly #timer: NodeJS.Timeout;
  readonly #readsOf = new Map<TenantId, Reads>();
  #secret: Promise<Uint8Array> | undefined;
  #closing: Promise<void> | undefined;

  constructor(held: Held, options: SqliteStoreOptions) {
    this.#held = held;
    this.#reader = held.reader ?? held.writer;
    this.#options = options;
    this.#commits = new GroupCommit(held.writer, () => held.reader?.refresh(), options.commit);
    this.#seen = new SeenBuffer((work) => this.#commits.run(work, 'relaxed'));
    this.#timer = setInterval(() => {
      this.#seen.flush().catch((error) => options.logger?.error({ err: error }, 'last-seen times were not written'));
    }, options.seenFlushMs ?? 3_000);
    this.#timer.unref();
  }

  reads(scope: Scope): Reads {
    const found = this.#readsOf.get(scope.tenant);
    if (found) return found;
    const made = bindReads({ connection: this.#reader, tenant: scope.tenant });
    if (this.#readsOf.size >= mostTenantsCached) this.#readsOf.clear();
    this.#readsOf.set(scope.tenant, made);
    return made;
  }

  transact<T>(scope: Scope, work: (tx: Writes) => Promise<T>): Promise<T> {
    const { tenant, actor } = scope;
    const now = (): Instant => this.#options.clock.now();
    return this.#commits.run((connection) => work(bindWrites({ connection, tenant, actor, now })));
  }

  seen(scope: Scope, device: DeviceId, at: Instant): void {
    this.#seen.add(scope.tenant, device, at);
  }

  flushSeen(): Promise<void> {
    return this.#seen.flush();
  }

  operatorTokenByHash(hash: string): Promise<OperatorToken | undefined> {
    return findOperatorToken(this.#reader, hash);
  }

  tenants(): Promise<readonly TenantId[]> {
    return listTenants(this.#reader);
  }

  createTenant(id: TenantId, at: Instant): Promise<void> {
    return this.#commits.run((connection) => insertTenant(connection, id, at));
  }

  secret(): Promise<Uint8Array> {
    this.#secret ??= this.#commits.run((connection: Connection) =>
      installationSecret(connection, () => this.#options.random.bytes(32)),
    );
    // A failure is not remembered.
    this.#secret.catch(() => {
      this.#secret = undefined;
    });
    return this.#secret;
  }

  stats(): StoreStats {
    return { ...this.#commits.stats(), seenBuffered: this.#seen.size };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    clearInterval(this.#timer);
    try {
      await this.#seen.flush();
      // What came while an earlier flush was running.
      await this.#seen.flush();
    } catch (error) {
      const cause = error instanceof FettleError ? error.code : 'internal';
      this.#options.logger?.error({ err: error, code: cause }, 'last-seen times were lost at the end');
    }
    await this.#commits.close();
    const { writer, reader, release } = this.#held;
    reader?.close();
    writer.close();
    release();
  }
}

/** Readers of tenants are kept ready for this many. */
const mostTenantsCached = 10_000;
