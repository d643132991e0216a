import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FettleError } from '@fettle/model';
import type { ImportWish } from './make-data-set.ts';
import type { IdentifiedDataSet } from './sign-data-set.ts';

/** What somebody believes that a data set was made of. */
export type Origin = Pick<ImportWish, 'file' | 'publishedAt' | 'adoption'>;

/**
 * Makes a data set anew of a file that somebody fetched himself: who signs then vouches for more than a file that was
 * handed over. The same input gives the same bytes.
 * @throws FettleError `digest-mismatch` when something else comes out
 */
export async function demandSame({ digest, header }: IdentifiedDataSet, origin: Origin): Promise<void> {
  const { makeDataSet } = await import('./make-data-set.ts');
  const folder = await mkdtemp(join(tmpdir(), 'fettle-vulndb-again-'));
  try {
    const { kind, source, importedAt } = header;
    const made = await makeDataSet({ ...origin, kind, source, importedAt, output: join(folder, 'set') });
    if (made.digest === digest) return;
    const found = `${made.header.records} records of ${new Date(made.header.publishedAt).toISOString()} (${made.digest})`;
    throw new FettleError(
      'digest-mismatch',
      `${origin.file}: expected the data set ${digest} to be made of it, but there come ${found}. Sign only what you know: ` +
        'compare the files, and give --published, --author, --for and --type as at the import.',
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
