import { open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Scratch, ScratchFile } from '@fettle/images';
import { FettleError } from '@fettle/model';
import { readExactly } from './file-source.ts';

/** What others on this disk need to go on. */
const keepFreeBytes = 512 * 1_048_576;
const lookEveryBytes = 32 * 1_048_576;

/**
 * Temporary files in a folder that belongs to one run; whoever made the folder removes it. A little image can unpack
 * to gibibytes: they never take the last of the disk.
 */
export function fileScratch(folder: string, keepFree = keepFreeBytes): Scratch {
  let made = 0;
  let unlookedBytes = lookEveryBytes;
  const makeSure = async (bytes: number) => {
    unlookedBytes += bytes;
    if (unlookedBytes < lookEveryBytes) return;
    unlookedBytes = 0;
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    if (free - bytes < keepFree + lookEveryBytes) throw noSpace(folder, free);
  };
  return {
    async create(): Promise<ScratchFile> {
      const path = join(folder, `layer-${made++}`);
      const handle = await open(path, 'wx+', 0o600);
      const ended = { name: path, code: 'invalid-input' } as const;
      let size = 0;
      return {
        async append(bytes) {
          await makeSure(bytes.length);
          let done = 0;
          while (done < bytes.length) {
            done += (await handle.write(bytes, done, bytes.length - done, size + done)).bytesWritten;
          }
          size += bytes.length;
        },
        source: () => {
          const read = (offset: number, length: number) => readExactly(handle, { offset, length }, ended);
          return { size, read };
        },
        async discard() {
          await handle.close();
          await rm(path, { force: true });
        },
      };
    },
  };
}

function noSpace(folder: string, free: number): FettleError {
  return new FettleError('check-failed', `The unpacked image does not fit: ${free} bytes are free in ${folder}.`, {
    details: { next: 'Make room there, or name a larger folder in TMPDIR.' },
  });
}
