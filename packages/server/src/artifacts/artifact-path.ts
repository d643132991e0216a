import { join } from 'node:path';
import { type Digest, digest as parseDigest } from '@fettle/model';

/** Below the folder of the artifacts: one file for each digest. */
export const contentFolder = 'sha256';

/** Where the bytes of an artifact lie. @throws FettleError `invalid-id` for what is no digest */
export function artifactPath(folder: string, digest: Digest): string {
  const checked = parseDigest(digest);
  return join(folder, contentFolder, checked.slice(0, 2), checked.slice(2));
}
