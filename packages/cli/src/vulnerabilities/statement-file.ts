import { readFile } from 'node:fs/promises';
import { FettleError } from '@fettle/model';

/** Where the signed statement on a data set lies: beside it. */
export function statementFile(file: string): string {
  return `${file}.dsse.json`;
}

/**
 * Reads a signed statement on a data set.
 * @returns empty when there is none
 * @throws FettleError `invalid-input` when it cannot be read
 */
export async function readStatement(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return '';
    throw new FettleError('invalid-input', `${path}: expected a signed statement, found ${code ?? String(cause)}.`, {
      cause,
    });
  }
}
