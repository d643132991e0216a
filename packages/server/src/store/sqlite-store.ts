import type { Company } from './company.ts';
import { beginTerm } from './duties.ts';
import type { Engine } from './engine.ts';
import { GroupCommit } from './group-commit.ts';
import { migrate } from './migrations.ts';
import type { OpenStore, StoreOptions } from './open-store.ts';
import { takeOwnership } from './ownership.ts';
import { byFleetSize } from './scans/by-fleet-size.ts';
import { ScanWorker } from './scans/scan-worker.ts';
import { scanHere } from './scans/store-scans.ts';
import { SqlStore } from './sql-store.ts';
import { openReader, openWriter, type ReaderConnection, type SqliteConnection } from './sqlite-connection.ts';
import { SqliteTransactions } from './sqlite-transactions.ts';

export interface SqliteStoreOptions extends StoreOptions {
  /** Path of the database, made when absent; `:memory:` for one that ends with the process. */
  readonly file: string;
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
    const scans = inMemory ? undefined : new ScanWorker(options.file);
    return new SqlStore(sqliteEngine({ writer, reader, scans, release: () => ownership?.release() }, options), options);
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
  /** Likewise. */
  readonly scans: ScanWorker | undefined;
  release(): void;
}

function sqliteEngine({ writer, reader, scans, release }: Held, options: StoreOptions): Engine {
  const commits = new GroupCommit(new SqliteTransactions(writer, () => reader?.refresh()), options.commit);
  return {
    reader: reader ?? writer,
    scan: reader && scans ? byFleetSize(reader, scanHere(reader), (order) => scans.run(order)) : scanHere(writer),
    company: alone(commits, options),
    // One writer for the whole file: whose objects they are makes no difference, and nobody else keeps any in memory.
    write: (_tenant, work, durability) => commits.run((connection) => work(connection, (writes) => writes), durability),
    stats: () => commits.stats(),
    async close() {
      await scans?.close();
      await commits.close();
      reader?.close();
      writer.close();
      release();
    },
  };
}

/** The only process leads everything, from the first moment on; the term counts its starts. */
function alone(commits: GroupCommit, { clock, logger }: StoreOptions): Company {
  return {
    lead(duty, taken) {
      let term: number | undefined;
      const row = { name: duty, holder: `process ${process.pid}`, renewed_at: clock.now() };
      const began = commits.run((connection) => beginTerm(connection, row));
      began.then(
        (number) => {
          term = number;
          taken();
        },
        (error: unknown) => logger?.error({ err: error, duty }, 'the duty could not be begun'),
      );
      return {
        get term() {
          return term;
        },
        async close() {
          await began.catch(() => {});
          term = undefined;
        },
      };
    },
    listen() {},
  };
}
