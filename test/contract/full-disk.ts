import type { FileHandle } from 'node:fs/promises';
import { type DiskFiles, diskFiles } from '../../packages/server/src/artifacts/index.ts';

/** A disk that has room for so many more bytes. */
export interface FullDisk {
  readonly files: DiskFiles;
  room: number;
  syncFails: boolean;
}

export function fullDisk(room: number): FullDisk {
  const noSpace = () => Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  const disk = {
    room,
    syncFails: false,
    files: {
      ...diskFiles,
      freeBytes: async () => Number.MAX_SAFE_INTEGER,
      open: async (path: string, flags: string) => limit(await diskFiles.open(path, flags)),
    },
  };
  const limit = (handle: FileHandle): FileHandle => {
    const write = handle.write.bind(handle) as (...args: unknown[]) => Promise<{ bytesWritten: number }>;
    const datasync = handle.datasync.bind(handle);
    return Object.assign(handle, {
      // As the system call does: first a short write, then the error.
      async write(bytes: Uint8Array, at: number, length: number, position: number) {
        if (disk.room <= 0) throw noSpace();
        const written = await write(bytes, at, Math.min(length, disk.room), position);
        disk.room -= written.bytesWritten;
        return written;
      },
      async datasync() {
        if (disk.syncFails) throw noSpace();
        await datasync();
      },
    });
  };
  return disk;
}
