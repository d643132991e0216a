import { type FileHandle, open } from 'node:fs/promises';
import type { Source } from '@fettle/images';
import { type ErrorCode, FettleError } from '@fettle/model';

export interface OpenSource extends AsyncDisposable {
  readonly source: Source;
}

/** What is said of a file that ends before the bytes that it should have. */
interface Ended {
  readonly name: string;
  readonly code: ErrorCode;
}

/**
 * Opens a file as a source; close it when done. Nothing of it is held in memory.
 * @param ended how the file is called, and the code where it ends before its size: a file that somebody gave is invalid
 * @throws FettleError `invalid-input` when it is no file; what the system says when it cannot be opened
 */
export async function openFileSource(
  path: string,
  ended: Ended = { name: path, code: 'invalid-input' },
): Promise<OpenSource> {
  const handle = await open(path, 'r');
  const close = () => handle.close();
  const stat = await handle.stat().catch(async (error: unknown) => {
    await close();
    throw error;
  });
  if (!stat.isFile()) {
    await close();
    throw new FettleError('invalid-input', `${ended.name}: expected a file, found something else.`);
  }
  const { size } = stat;
  const read = async (offset: number, length: number) => {
    if (offset >= 0 && length >= 0 && offset + length <= size) return readExactly(handle, { offset, length }, ended);
    const message = `Expected a read inside ${size} bytes of ${ended.name}, found ${length} bytes at ${offset}.`;
    throw new FettleError('invalid-input', message);
  };
  return { source: { size, read }, [Symbol.asyncDispose]: close };
}

/** Exactly these bytes, however many reads they take. */
export async function readExactly(
  handle: FileHandle,
  { offset, length }: { readonly offset: number; readonly length: number },
  { name, code }: Ended,
): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
    if (bytesRead === 0) {
      throw new FettleError(code, `Expected ${length} bytes at ${offset} of ${name}, found ${done}.`);
    }
    done += bytesRead;
  }
  return bytes;
}
