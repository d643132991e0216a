import { createHash } from 'node:crypto';
import type { Source } from '@fettle/images';
import { type Digest, FettleError } from '@fettle/model';
import type { OpenDataSet } from './data-set.ts';
import { openDataSet } from './open-data-set.ts';

const pieceBytes = 1_048_576;

/**
 * Opens a data set that was kept somewhere, after its bytes were compared with its name: whoever can write to the store
 * could put other data in its place. Reads the whole file once, a piece at a time.
 * @throws FettleError `digest-mismatch`; `invalid-input` when it is no data set, or a broken one
 */
export async function openStoredSet(source: Source, digest: Digest): Promise<OpenDataSet> {
  const hash = createHash('sha256');
  for (let offset = 0; offset < source.size; offset += pieceBytes) {
    hash.update(await source.read(offset, Math.min(pieceBytes, source.size - offset)));
  }
  const found = hash.digest('hex');
  if (found === digest) return openDataSet(source, digest);
  throw new FettleError(
    'digest-mismatch',
    `Expected the bytes of data set ${digest}, found others (${found}): somebody changed the file after it was imported.`,
    { details: { next: `fettle vulndb remove ${digest.slice(0, 12)}` } },
  );
}
