import { FettleError } from '@fettle/model';
import type pg from 'pg';
import { postgresTimes } from '../postgres-pool.ts';
import { postgresProblem } from '../postgres-problem.ts';
import { openPrepared } from '../postgres-store.ts';
import { RowDigest } from './row-digest.ts';
import { type CopySource, type CopyTable, openCopySource } from './source.ts';
import { type ColumnTypes, insertRows, prepareTarget, readBack } from './target.ts';

export interface CopyOptions {
  /** The SQLite file of an installation whose server is stopped. */
  readonly from: string;
  /** `postgres://…` of a database with nothing in it. */
  readonly to: string;
  readonly onProgress: (progress: CopyProgress) => void;
}

export interface CopyProgress {
  readonly step: 'copying' | 'checking';
  readonly table: string;
  readonly rows: number;
  readonly ofRows: number;
}

/** One table, as it is in both databases now. */
export interface CopiedTable {
  readonly table: string;
  readonly rows: number;
  /** SHA-256 over all its rows in the order of their key. */
  readonly digest: string;
}

const pageRows = 1_000;

/**
 * Copies an installation into PostgreSQL: every row of every table as it is at one moment, in one transaction, read
 * back and compared before it is committed. Whatever goes wrong, the target is as empty as before.
 * @throws FettleError `wrong-state` when the source is in use or the target is not empty, `internal` when the copy differs
 */
export async function copyDatabase({ from, to, onProgress }: CopyOptions): Promise<readonly CopiedTable[]> {
  const source = openCopySource(from, pageRows);
  let client: pg.Client | undefined;
  try {
    client = await openPrepared(to, postgresTimes);
    await client.query('begin');
    const types = await prepareTarget(client, source.tables);
    const copied: CopiedTable[] = [];
    for (const table of source.tables) copied.push(await copyTable(client, { source, types, onProgress }, table));
    for (const [i, table] of source.tables.entries()) await check(client, { table, expected: copied[i], onProgress });
    await client.query('commit');
    return copied;
  } catch (error) {
    throw postgresProblem(error);
  } finally {
    source.close();
    // What was not committed is gone with the connection.
    await client?.end().catch(() => {});
  }
}

interface Copying {
  readonly source: CopySource;
  readonly types: ColumnTypes;
  readonly onProgress: CopyOptions['onProgress'];
}

async function copyTable(client: pg.Client, copying: Copying, table: CopyTable): Promise<CopiedTable> {
  const { source, types, onProgress } = copying;
  const digest = new RowDigest();
  let done = 0;
  for (const rows of source.rows(table)) {
    await insertRows(client, table, { types, rows });
    digest.add(rows);
    done += rows.length;
    onProgress({ step: 'copying', table: table.name, rows: done, ofRows: table.rows });
  }
  return { table: table.name, ...digest.end() };
}

interface Checking {
  readonly table: CopyTable;
  readonly expected: CopiedTable | undefined;
  readonly onProgress: CopyOptions['onProgress'];
}

async function check(client: pg.Client, { table, expected, onProgress }: Checking): Promise<void> {
  const digest = new RowDigest();
  let done = 0;
  for await (const rows of readBack(client, table, pageRows)) {
    digest.add(rows);
    done += rows.length;
    onProgress({ step: 'checking', table: table.name, rows: done, ofRows: table.rows });
  }
  const found = digest.end();
  if (found.rows === expected?.rows && found.digest === expected.digest) return;
  throw new FettleError(
    'internal',
    `The table ${table.name} came out different (${found.rows} rows, expected ${expected?.rows}); nothing was kept.`,
  );
}
