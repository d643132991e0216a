import { FettleError } from '@fettle/model';
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from 'kysely';
import { postgresProblem } from './postgres-problem.ts';
import type { Schema } from './schema.ts';

/** Pieces of SQL. */
export interface JsonEntries {
  readonly from: string;
  readonly key: string;
  /** `text` or `string`, `true`, `false` or `boolean`, anything else for a number. */
  readonly type: string;
  /** The JSON text of the value. */
  readonly value: string;
}

/** Everything that one database says in another way than the next. */
export interface Dialect {
  readonly name: string;
  /** Writes SQL, runs nothing. */
  readonly db: Kysely<Schema>;
  /** Opens a transaction that will write. */
  readonly begin: string;
  /** Suffix of `create table` for small rows that are only ever found by their primary key. */
  readonly narrowTable: string;
  /** A statement of a migration, which is written for every database, as this one takes it. */
  migration(statement: string): string;
  /** The JSON text at a path of keys of a JSON object, null when it is absent. A key is `[A-Za-z0-9._-]+`. */
  jsonAt(column: string, ...path: readonly string[]): RawBuilder<string | null>;
  /** Whether a text is somewhere in a column, letter by letter. */
  contains(column: string, text: string): RawBuilder<boolean>;
  /** The entries of a JSON object in a column, for a migration: an item of `from`, and what each entry has. */
  jsonEntries(column: string): JsonEntries;
  /** Statements that make the database refuse to delete rows of a table, or to change these columns of them. */
  frozen(table: string, columns: readonly string[]): readonly string[];
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
  migration: (statement) => statement,
  jsonAt: (column, ...path) => {
    const keys = path.map((key) => `."${key}"`).join('');
    return sql<string | null>`${sql.ref(column)} -> ${`$${keys}`}`;
  },
  contains: (column, text) => sql<boolean>`(instr(${sql.ref(column)}, ${text}) > 0)`,
  jsonEntries: (column) => ({
    from: `json_each(${column}) entry`,
    key: 'entry.key',
    type: 'entry.type',
    value: `${column} -> ('$."' || entry.key || '"')`,
  }),
  frozen: (table, columns) =>
    ['delete', `update of ${columns.join(', ')}`].map(
      (act) => `create trigger ${table}_no_${act.slice(0, 6)} before ${act} on ${table}
        begin select raise(abort, 'rows of ${table} are never changed'); end`,
    ),
  problem: sqliteProblem,
};

export const postgres: Dialect = {
  name: 'postgres',
  db: new Kysely<Schema>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  }),
  begin: 'begin',
  narrowTable: '',
  // Text is ordered by its bytes, as in SQLite, whatever the database was made with: lists are paged by that order.
  migration: (statement) =>
    /^\s*(create|alter) table/i.test(statement) ? statement.replace(/\btext\b/g, 'text collate "C"') : statement,
  // `json` and not `jsonb`, which writes numbers and spaces in its own way.
  jsonAt: (column, ...path) => {
    const whole = sql.ref(column);
    const keys = sql.join(
      path.map((key) => sql` -> ${key}::text`),
      sql``,
    );
    return sql<string | null>`(case when strpos(${whole}, '\\u') = 0 then (${whole}::json${keys})::text
      else ${spelled(sql`(${readable(whole)}::json${keys})::text`)} end)`;
  },
  contains: (column, text) => sql<boolean>`(strpos(${sql.ref(column)}, ${text}) > 0)`,
  jsonEntries: (column) => ({
    from: `json_each(${column}::json) entry`,
    key: 'entry.key',
    type: 'json_typeof(entry.value)',
    value: 'entry.value::text',
  }),
  frozen: (table, columns) => [
    `create function ${table}_frozen() returns trigger language plpgsql as
      $$ begin raise exception 'rows of ${table} are never changed'; end $$`,
    `create trigger ${table}_no_change before delete or update of ${columns.join(', ')} on ${table}
      for each row execute function ${table}_frozen()`,
    `create trigger ${table}_no_truncate before truncate on ${table}
      for each statement execute function ${table}_frozen()`,
  ],
  problem: postgresProblem,
};

// PostgreSQL keeps the escapes of U+0000 and of halves of surrogate pairs in JSON, but fails when it looks into a text
// that has one: any device could break every search. To look, they become escapes of the private area, which
// JSON.stringify writes for nothing; what was found is spelled as before.
function readable(json: RawBuilder<unknown>): RawBuilder<string> {
  return sql`regexp_replace(replace(${json}, '\\u0000', '\\ue000'), '\\\\ud([89a-f][0-9a-f]{2})', '\\\\ue\\1', 'g')`;
}
function spelled(json: RawBuilder<unknown>): RawBuilder<string> {
  return sql`regexp_replace(replace(${json}, '\\ue000', '\\u0000'), '\\\\ue([89a-f][0-9a-f]{2})', '\\\\ud\\1', 'g')`;
}

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
