import { type FileHandle, open } from 'node:fs/promises';
import type { Source } from '@fettle/images';
import { FettleError } from '@fettle/model';

export interface OpenSource extends AsyncDisposable {
  readonly source: Source;
}

/**
 * Opens a file as a source; close it when done.
 * @throws FettleError `invalid-input` when it is no file; what the system says when it cannot be opened
 */
export async function openFileSource(path: string): Promise<OpenSource> {
  const handle = await open(path, 'r');
  const stat = await handle.stat();
  if (!stat.isFile()) {
    await handle.close();
    throw new FettleError('invalid-input', `${path}: expected a file, found something else.`);
  }
  const { size } = stat;
  const read = (offset: number, length: number) => readExactly(handle, path, { offset, length });
  return { source: { size, read }, [Symbol.asyncDispose]: () => handle.close() };
}

export async function readExactly(
  handle: FileHandle,
  path: string,
  { offset, length }: { readonly offset: number; readonly length: number },
): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
    if (bytesRead === 0) {
      throw new FettleError('invalid-input', `Expected ${length} bytes at ${offset} of ${path}, found ${done}.`);
    }
    done += bytesRead;
  }
  return bytes;
}
