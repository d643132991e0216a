import { type OpenSource, openFileSource } from '@fettle/checker';
import { type Digest, FettleError } from '@fettle/model';
import { artifactPath } from './artifact-path.ts';
import { diskProblem, errorName } from './disk-files.ts';

/**
 * Opens an artifact for reading at any offset, until it is closed.
 * @param folder the folder of the artifacts
 * @throws FettleError `not-found`
 */
export async function openDiskSource(folder: string, digest: Digest): Promise<OpenSource> {
  // What was stored whole and ends early now is ours to answer for.
  const ended = { name: `the artifact ${digest}`, code: 'internal' } as const;
  return await openFileSource(artifactPath(folder, digest), ended).catch((error: unknown) => {
    if (errorName(error) === 'ENOENT') throw new FettleError('not-found', `There is no artifact ${digest}.`);
    throw diskProblem(error);
  });
}
