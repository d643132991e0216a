import fs, { type FileHandle } from 'node:fs/promises';
import { FettleError } from '@fettle/model';

/** What the store on disk needs of the file system; a test puts a full or failing disk here. */
export interface DiskFiles {
  open(path: string, flags: string): Promise<FileHandle>;
  link(from: string, to: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  makeFolder(path: string): Promise<void>;
  list(path: string): Promise<readonly string[]>;
  freeBytes(path: string): Promise<number>;
}

export const diskFiles: DiskFiles = {
  open: (path, flags) => fs.open(path, flags),
  link: (from, to) => fs.link(from, to),
  rename: (from, to) => fs.rename(from, to),
  remove: (path) => fs.rm(path, { force: true }),
  makeFolder: async (path) => void (await fs.mkdir(path, { recursive: true })),
  list: (path) => fs.readdir(path),
  async freeBytes(path) {
    const { bavail, bsize } = await fs.statfs(path);
    return bavail * bsize;
  },
};

/** Makes the names in a folder durable: a renamed or new file is only safe once its folder is. */
export async function syncFolder(files: DiskFiles, path: string): Promise<void> {
  const handle = await files.open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export function errorName(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** What an error of the file system means to a caller. */
export function diskProblem(error: unknown): unknown {
  const name = errorName(error);
  if (name === 'ENOSPC' || name === 'EDQUOT') return storageFull(error);
  if (name === '' || error instanceof FettleError) return error;
  return new FettleError('internal', `The disk of the artifacts failed: ${name}.`, { cause: error });
}

export function storageFull(cause?: unknown): FettleError {
  const message = 'The disk of the artifacts is full; nothing of this was kept. Free space, then send it again.';
  return new FettleError('storage-full', message, { cause });
}
