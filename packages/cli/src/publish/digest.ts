import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type Digest, digest, FettleError, limits } from '@fettle/model';

/** What a file is: its digest and size. */
export interface FileIdentity {
  readonly file: string;
  readonly digest: Digest;
  readonly sizeBytes: number;
}

const chunkBytes = 1_048_576;

/** Hashes a file as a stream; memory: one chunk. */
export async function identifyFile(
  file: string,
  options: { signal: AbortSignal; onProgress?: (share: number) => void },
): Promise<FileIdentity> {
  const found = await stat(file);
  const { size } = found;
  if (found.isDirectory()) {
    const message = `${file} is a folder: pack it first, then name the archive.`;
    throw new FettleError('invalid-input', message, { details: { next: 'tar -cf FILE.tar -C FOLDER .' } });
  }
  if (!found.isFile()) throw new FettleError('invalid-input', `${file}: expected a file, found something else.`);
  if (size === 0) throw new FettleError('invalid-input', `${file}: expected firmware, found an empty file.`);
  if (size > limits.artifactBytes) {
    throw new FettleError(
      'too-large',
      `${file}: an artifact has at most ${limits.artifactBytes} bytes, found ${size}.`,
    );
  }
  const hash = createHash('sha256');
  let done = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: chunkBytes, signal: options.signal })) {
    hash.update(chunk as Buffer);
    done += (chunk as Buffer).length;
    options.onProgress?.(done / size);
  }
  return { file, digest: digest(hash.digest('hex')), sizeBytes: done };
}
