import { FettleError } from '@fettle/model';
import {
  DummyDriver,
  Kysely,
  type RawBuilder,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from 'kysely';
import type { Schema } from './schema.ts';

/** Everything that one database says in another way than the next. */
export interface Dialect {
  readonly name: string;
  /** Writes SQL, runs nothing. */
  readonly db: Kysely<Schema>;
  /** Opens a transaction that will write. */
  readonly begin: string;
  /** Suffix of `create table` for small rows that are only ever found by their primary key. */
  readonly narrowTable: string;
  /** The JSON text of one key of a JSON object, null when it is absent. The key is `[A-Za-z0-9_-]+`. */
  jsonAt(column: string, key: string): RawBuilder<string | null>;
  /** What an error of the database's driver means. */
  problem(error: unknown): FettleError;
}

export const sqlite: Dialect = {
  name: 'sqlite',
  db: new Kysely<Schema>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  }),
  begin: 'begin immediate',
  narrowTable: ' without rowid',
  jsonAt: (column, key) => sql<string | null>`${sql.ref(column)} -> ${`$."${key}"`}`,
  problem: sqliteProblem,
};

function sqliteProblem(error: unknown): FettleError {
  if (error instanceof FettleError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const text = error instanceof Error ? error.message : String(error);
  const options = { cause: error, details: { database: code } };
  if (code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY') {
    const columns = text.replace(/^.*failed: /, '');
    return new FettleError('already-exists', `Something with the same ${columns} exists already.`, options);
  }
  if (code === 'SQLITE_CONSTRAINT_FOREIGNKEY') {
    return new FettleError('not-found', 'This belongs to, or is used by, an object that does not fit.', options);
  }
  if (code === 'SQLITE_FULL') {
    return new FettleError('storage-full', 'The disk of the database is full; nothing was kept. Free space.', options);
  }
  if (code.startsWith('SQLITE_BUSY')) {
    return new FettleError('overloaded', 'Another program holds the database; end it, then try again.', options);
  }
  return new FettleError('internal', `The database failed: ${text}`, options);
}
