import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Scratch, ScratchFile } from '@fettle/images';
import { readExactly } from './file-source.ts';

/** Temporary files in a folder that belongs to one run; whoever made the folder removes it. */
export function fileScratch(folder: string): Scratch {
  let made = 0;
  return {
    async create(): Promise<ScratchFile> {
      const path = join(folder, `layer-${made++}`);
      const handle = await open(path, 'wx+', 0o600);
      let size = 0;
      return {
        async append(bytes) {
          let done = 0;
          while (done < bytes.length) {
            done += (await handle.write(bytes, done, bytes.length - done, size + done)).bytesWritten;
          }
          size += bytes.length;
        },
        source: () => ({ size, read: (offset, length) => readExactly(handle, path, { offset, length }) }),
        async discard() {
          await handle.close();
          await rm(path, { force: true });
        },
      };
    },
  };
}
