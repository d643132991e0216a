import { open } from 'node:fs/promises';
import type { Source } from '@fettle/images';
import { FettleError } from '@fettle/model';

/** Uses a file as a source of bytes at any offset, and closes it whatever happens. */
export async function withFileSource<T>(file: string, use: (source: Source) => Promise<T>): Promise<T> {
  const handle = await open(file, 'r');
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw new FettleError('invalid-input', `${file}: expected a file, found something else.`);
    const { size } = stat;
    const read = async (offset: number, length: number): Promise<Uint8Array> => {
      const bytes = Buffer.alloc(length);
      for (let done = 0; done < length; ) {
        const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
        if (bytesRead === 0) throw new FettleError('invalid-input', `${file}: it became shorter while it was read.`);
        done += bytesRead;
      }
      return bytes;
    };
    return await use({ size, read });
  } finally {
    await handle.close();
  }
}
