import { FettleError } from '@fettle/model';
import type pg from 'pg';
import { storable } from '../postgres-connection.ts';
import type { CopyTable, Row } from './source.ts';

/** Types of columns, by table. */
export type ColumnTypes = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * Locks every table of the target and looks whether all is as the copy needs it.
 * @throws FettleError `wrong-state` when anything is in it, or its tables are others
 */
export async function prepareTarget(client: pg.Client, tables: readonly CopyTable[]): Promise<ColumnTypes> {
  const types = await readTypes(client);
  for (const { name, columns } of tables) {
    const found = types.get(name);
    if (!found || columns.some((column) => !found.has(column)) || found.size !== columns.length) {
      throw new FettleError('wrong-state', `The table ${name} is not the same in both databases.`);
    }
  }
  // A server that starts meanwhile waits, and then finds an installation.
  await client.query(`lock table ${tables.map(({ name }) => quote(name)).join(', ')} in access exclusive mode`);
  for (const { name } of tables) {
    const { rowCount } = await client.query(`select 1 from ${quote(name)} limit 1`);
    if (rowCount === 0) continue;
    throw new FettleError(
      'wrong-state',
      `Expected an empty database, found rows in the table ${name}: make a new database and copy into that.`,
      { details: { table: name } },
    );
  }
  return types;
}

async function readTypes(client: pg.Client): Promise<ColumnTypes> {
  const { rows } = await client.query<{ table_name: string; column_name: string; data_type: string }>(
    'select table_name, column_name, data_type from information_schema.columns where table_schema = current_schema()',
  );
  const types = new Map<string, Map<string, string>>();
  for (const { table_name, column_name, data_type } of rows) {
    const table = types.get(table_name) ?? new Map<string, string>();
    types.set(table_name, table.set(column_name, data_type));
  }
  return types;
}

/** Inserts rows in one statement: each column travels as an array. */
export async function insertRows(
  client: pg.Client,
  { name, columns }: CopyTable,
  content: { readonly types: ColumnTypes; readonly rows: readonly Row[] },
): Promise<void> {
  const kinds = columns.map((column) => content.types.get(name)?.get(column) ?? 'text');
  const arrays = kinds.map((kind, i) => `$${i + 1}::${kind}[]`).join(', ');
  const text = `insert into ${quote(name)} (${columns.map(quote).join(', ')}) select * from unnest(${arrays})`;
  const values = columns.map((_, i) => content.rows.map((row) => storable(row[i])));
  await client.query(text, values);
}

/** Rows in the order of the primary key, a bounded number at a time. */
export async function* readBack(client: pg.Client, table: CopyTable, pageRows: number): AsyncGenerator<Row[]> {
  const columns = table.columns.map(quote).join(', ');
  const key = table.key.map(quote).join(', ');
  await client.query(`declare copied no scroll cursor for select ${columns} from ${quote(table.name)} order by ${key}`);
  for (;;) {
    const { rows } = await client.query({ text: `fetch ${pageRows} from copied`, rowMode: 'array' });
    if (rows.length === 0) break;
    yield rows as Row[];
  }
  await client.query('close copied');
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
