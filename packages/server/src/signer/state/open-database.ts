import { FettleError } from '@fettle/model';
import Database from 'better-sqlite3';
import { steps, version } from './schema.ts';

/**
 * Opens the signer's database for this process alone, so that two signers never share keys and versions.
 * What is committed is on the disk.
 * @param waitMs how long an older process that is just ending is waited for
 * @throws FettleError `wrong-state` when another signer has it, or when a newer program wrote it
 */
export function openDatabase(file: string, waitMs: number): Database.Database {
  const database = new Database(file, { timeout: waitMs });
  try {
    database.pragma('locking_mode = exclusive');
    database.pragma('journal_mode = wal');
    database.pragma('synchronous = full');
    database.pragma('cache_size = -8192');
    database.exec('begin immediate');
    const found = Number(database.pragma('user_version', { simple: true }));
    if (found > version) {
      throw new FettleError(
        'wrong-state',
        `Expected a signer's folder of version ${version}, found ${found}: use the newer program.`,
      );
    }
    for (const step of steps.slice(found)) database.exec(step);
    database.pragma(`user_version = ${version}`);
    database.exec('commit');
    return database;
  } catch (error) {
    database.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) {
      throw new FettleError(
        'wrong-state',
        `Another signer uses ${file}: stop it, or give this one a folder of its own.`,
        {
          cause: error,
        },
      );
    }
    throw error;
  }
}
