import { existsSync } from 'node:fs';
import { FettleError } from '@fettle/model';
import Database from 'better-sqlite3';
import { sqlite } from '../dialect.ts';
import { migrations } from '../migrations.ts';
import { takeOwnership } from '../ownership.ts';

/** A table as it stands in the source. */
export interface CopyTable {
  readonly name: string;
  readonly columns: readonly string[];
  /** Columns of the primary key, in its order. */
  readonly key: readonly string[];
  /** Tables that it refers to. */
  readonly refersTo: readonly string[];
  readonly rows: number;
}

export type Row = readonly (string | number | null)[];

/** An installation in an SQLite file, as it was at one moment, which nobody changes meanwhile. */
export interface CopySource {
  /** Every table, each after those that it refers to. */
  readonly tables: readonly CopyTable[];
  /** Rows in the order of the primary key, a bounded number at a time. */
  rows(table: CopyTable): Iterable<readonly Row[]>;
  close(): void;
}

/** What the schema is made with; it is not part of the installation. */
const own = 'schema_migrations';

/**
 * Opens the file for copying.
 * @throws FettleError `wrong-state` while a server uses it, or when this version did not write it last
 */
export function openCopySource(file: string, pageRows: number): CopySource {
  if (!existsSync(file)) throw new FettleError('not-found', `There is no file ${file}: give the path of fettle.db.`);
  let database: Database.Database | undefined;
  const ownership = takeOwnership(file);
  const close = () => {
    database?.close();
    ownership.release();
  };
  try {
    database = new Database(file, { readonly: true, fileMustExist: true });
    // One view of the file for all that is read.
    database.exec('begin');
    demandSchema(database, file);
    return { tables: inOrder(readTables(database)), rows: (table) => readRows(database, table, pageRows), close };
  } catch (error) {
    close();
    throw sqlite.problem(error);
  }
}

function demandSchema(database: Database.Database, file: string): void {
  const newest = migrations.at(-1)?.version ?? 0;
  const known = database.prepare(`select 1 from sqlite_master where name = '${own}'`).get();
  const found = known
    ? (database.prepare(`select max(version) as v from ${own}`).get() as { v: number | null }).v
    : null;
  if (found === newest) return;
  throw new FettleError(
    'wrong-state',
    found === null
      ? `Expected the database of a Fettle server, found something else in ${file}.`
      : `The database has schema ${found}, this Fettle writes ${newest}: start this version's server on it once, and stop it again.`,
  );
}

function readTables(database: Database.Database): CopyTable[] {
  const names = database
    .prepare("select name from sqlite_master where type = 'table' and name not like 'sqlite_%' and name <> ?")
    .pluck()
    .all(own) as string[];
  return names.map((name) => {
    const columns = database.pragma(`table_info(${name})`) as { name: string; pk: number }[];
    const references = database.pragma(`foreign_key_list(${name})`) as { table: string }[];
    const key = columns.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk);
    const { rows } = database.prepare(`select count(*) as rows from "${name}"`).get() as { rows: number };
    if (key.length === 0) throw new FettleError('internal', `The table ${name} has no primary key.`);
    return {
      name,
      columns: columns.map((column) => column.name),
      key: key.map((column) => column.name),
      refersTo: [...new Set(references.map(({ table }) => table))].filter((table) => table !== name),
      rows,
    };
  });
}

function inOrder(tables: readonly CopyTable[]): CopyTable[] {
  const ordered: CopyTable[] = [];
  const left = new Map(tables.map((table) => [table.name, table]));
  while (left.size > 0) {
    const ready = [...left.values()].filter(({ refersTo }) => refersTo.every((name) => !left.has(name)));
    if (ready.length === 0) throw new FettleError('internal', `Tables refer to each other: ${[...left.keys()]}.`);
    for (const table of ready) {
      ordered.push(table);
      left.delete(table.name);
    }
  }
  return ordered;
}

function* readRows(database: Database.Database | undefined, table: CopyTable, pageRows: number): Generator<Row[]> {
  const columns = table.columns.map((name) => `"${name}"`).join(', ');
  const key = table.key.map((name) => `"${name}"`).join(', ');
  const all = database?.prepare(`select ${columns} from "${table.name}" order by ${key}`).raw().iterate() ?? [];
  let page: Row[] = [];
  for (const row of all) {
    page.push(row as Row);
    if (page.length < pageRows) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
