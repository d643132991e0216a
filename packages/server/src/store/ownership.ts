import { FettleError } from '@fettle/model';
import Database from 'better-sqlite3';

/**
 * Makes this process the only server of a database file until it lets go or dies.
 * The lock is the operating system's own on a file beside it, so a killed process leaves none behind, and process
 * numbers, which repeat from container to container, do not matter.
 * @throws FettleError `wrong-state` when another server has it
 */
export function takeOwnership(file: string): { release(): void } {
  const lock = `${file}.lock`;
  const database = new Database(lock, { timeout: 0 });
  try {
    database.exec('begin exclusive');
  } catch (error) {
    database.close();
    throw new FettleError(
      'wrong-state',
      `Another server process uses the database ${file}. Stop that one first, or give this one a data folder of its own.`,
      { cause: error, details: { lock } },
    );
  }
  return {
    release() {
      database.close();
    },
  };
}
