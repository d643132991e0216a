import { FettleError } from '@fettle/model';

/**
 * What an error of PostgreSQL or of the way to it means. Whatever may be better in a moment is `overloaded`, which
 * callers may repeat: a lost connection tells nothing about what was asked.
 * @source https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export function postgresProblem(error: unknown): FettleError {
  if (error instanceof FettleError) return error;
  const state = sqlState(error);
  const text = error instanceof Error ? error.message : String(error);
  const options = { cause: error, details: { database: state } };
  if (state === '23505') {
    return new FettleError(
      'already-exists',
      `Something with the same ${uniqueColumns(error)} exists already.`,
      options,
    );
  }
  if (state === '23503') {
    return new FettleError('not-found', 'This belongs to, or is used by, an object that does not fit.', options);
  }
  if (state === '53100') {
    return new FettleError('storage-full', 'The disk of the database is full; nothing was kept. Free space.', options);
  }
  if (state === '' ? isProgrammersMistake(error) : !isPassing(state)) {
    return new FettleError('internal', `The database failed: ${text}`, options);
  }
  return new FettleError(
    'overloaded',
    `The database does not answer as it should (${text}); try again later.`,
    options,
  );
}

/** The five characters that say what went wrong; empty when PostgreSQL itself has said nothing. */
export function sqlState(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^[0-9A-Z]{5}$/.test(code) && error instanceof Error && 'severity' in error ? code : '';
}

// Classes: 08 connection, 25 state of the transaction (25006: a standby), 28 and 3D login, 40 lost to another
// transaction, 53 resources, 57 operator (time-outs, shutdown), 58 system; 55P03: waited too long for a lock.
function isPassing(state: string): boolean {
  return /^(08|25|28|3D|40|53|57|58)/.test(state) || state === '55P03';
}

function isProgrammersMistake(error: unknown): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError;
}

function uniqueColumns(error: unknown): string {
  const detail = error instanceof Error && 'detail' in error ? String(error.detail) : '';
  return /^Key \(([^)]*)\)/.exec(detail)?.[1] ?? 'name';
}
