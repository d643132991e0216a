import { type FileHandle, mkdir, open, rename, rm, stat, statfs } from 'node:fs/promises';
import { type Disk, type DiskFile, errorCode } from './disk.ts';

/** The real storage. */
export const nodeDisk: Disk = {
  async stat(path) {
    const found = await stat(path).catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
      throw error;
    });
    if (!found) return undefined;
    if (found.isBlockDevice()) {
      const sizeBytes = await sizeByReading(path);
      return { kind: 'block', sizeBytes, allocatedBytes: sizeBytes };
    }
    // `st_blocks` counts in units of 512 bytes whatever the file system's own are. @source POSIX.1-2024 sys_stat.h, Linux stat(2)
    return { kind: found.isFile() ? 'file' : 'other', sizeBytes: found.size, allocatedBytes: found.blocks * 512 };
  },
  async freeBytes(folder) {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  },
  async open(path, mode) {
    const flags = { read: 'r', write: 'r+', create: 'w' }[mode];
    return fileOf(await open(path, flags, 0o600));
  },
  rename,
  async remove(path) {
    await rm(path, { force: true });
  },
  async makeFolder(path) {
    await mkdir(path, { recursive: true });
  },
  async syncFolder(path) {
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  },
};

function fileOf(handle: FileHandle): DiskFile {
  return {
    async read(into, offsetBytes) {
      return (await handle.read(into, 0, into.length, offsetBytes)).bytesRead;
    },
    async write(bytes, offsetBytes) {
      let done = 0;
      while (done < bytes.length) {
        done += (await handle.write(bytes, done, bytes.length - done, offsetBytes + done)).bytesWritten;
      }
    },
    sync: () => handle.sync(),
    close: () => handle.close(),
  };
}

/** The size of a block device, whose `stat` says 0: the first offset where a read finds nothing. */
export async function sizeByReading(path: string): Promise<number> {
  const handle = await open(path, 'r');
  try {
    const byte = Buffer.alloc(1);
    const has = async (offset: number) => (await handle.read(byte, 0, 1, offset)).bytesRead === 1;
    let low = 0;
    let high = 2 ** 46;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (await has(middle)) low = middle + 1;
      else high = middle;
    }
    return low;
  } finally {
    await handle.close();
  }
}
