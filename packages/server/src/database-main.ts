import { parseArgs } from 'node:util';
import { type ErrorCode, FettleError } from '@fettle/model';
import { loadConfig } from './config.ts';
import { type CopyProgress, copyDatabase } from './store/postgres.ts';

/** As every command of the command line ends. */
const exitCodes: Partial<Record<ErrorCode, number>> = {
  'invalid-input': 2,
  'not-found': 4,
  'wrong-state': 5,
  overloaded: 7,
};

/** `fettle database copy` runs this: the command line itself carries no database. */
try {
  const { values } = parseArgs({
    options: { from: { type: 'string' }, to: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  // The command line of a process can be read by everybody on the machine, its environment cannot.
  const to = loadConfig(values.to === undefined ? [] : ['--database', values.to]).config.database;
  if (values.from === undefined || to === '') {
    throw new FettleError('invalid-input', 'Expected --from FILE, and --to postgres://… or FETTLE_DATABASE.');
  }
  const copied = await copyDatabase({ from: values.from, to, onProgress: showProgress() });
  const rows = copied.reduce((sum, table) => sum + table.rows, 0);
  if (values.json) process.stdout.write(`${JSON.stringify({ tables: copied, rows })}\n`);
  else {
    for (const { table, rows, digest } of copied) {
      process.stdout.write(`${table.padEnd(24)} ${String(rows).padStart(12)} rows   sha256 ${digest.slice(0, 16)}\n`);
    }
    process.stdout.write(`copied and compared: ${copied.length} tables, ${rows} rows\n`);
    process.stderr.write(
      'next: start the server with FETTLE_DATABASE and the same data folder, where the artifacts are\n',
    );
  }
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`error: ${message}\n`);
  process.exitCode = error instanceof FettleError ? (exitCodes[error.code] ?? 1) : 1;
}

/** A line for each table and step; on a terminal it counts. */
function showProgress(): (progress: CopyProgress) => void {
  const out = process.stderr;
  let last = '';
  return ({ step, table, rows, ofRows }) => {
    const isDone = rows >= ofRows;
    if (!out.isTTY && !isDone) return;
    const line = `${step} ${table}`;
    const text = `${line}: ${rows} of ${ofRows}`;
    out.write(out.isTTY ? `${line === last ? '\r' : ''}${text}${isDone ? '\n' : ''}` : `${text}\n`);
    last = isDone ? '' : line;
  };
}
