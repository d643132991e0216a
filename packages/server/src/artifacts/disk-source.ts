import { open } from 'node:fs/promises';
import type { Source } from '@fettle/images';
import { type Digest, FettleError } from '@fettle/model';
import { artifactPath } from './artifact-path.ts';
import { diskProblem, errorName } from './disk-files.ts';

/** An artifact on disk that is read at any offset, until it is closed. */
export interface OpenSource extends AsyncDisposable {
  readonly source: Source;
}

/**
 * Opens an artifact for reading at any offset. Nothing of it is held in memory.
 * @param folder the folder of the artifacts
 * @throws FettleError `not-found`
 */
export async function openDiskSource(folder: string, digest: Digest): Promise<OpenSource> {
  const handle = await open(artifactPath(folder, digest), 'r').catch((error: unknown) => {
    if (errorName(error) === 'ENOENT') throw new FettleError('not-found', `There is no artifact ${digest}.`);
    throw diskProblem(error);
  });
  const close = () => handle.close();
  const { size } = await handle.stat().catch(async (error: unknown) => {
    await close();
    throw diskProblem(error);
  });
  const read = async (offset: number, length: number): Promise<Uint8Array> => {
    if (offset < 0 || length < 0 || offset + length > size) {
      const message = `Expected a read inside ${size} bytes, found ${length} bytes at ${offset}.`;
      throw new FettleError('invalid-input', message);
    }
    const bytes = Buffer.alloc(length);
    for (let done = 0; done < length; ) {
      const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
      if (bytesRead === 0) throw new FettleError('internal', `The artifact ended at byte ${offset + done}.`);
      done += bytesRead;
    }
    return bytes;
  };
  return { source: { size, read }, [Symbol.asyncDispose]: close };
}
