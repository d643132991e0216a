/** An open file or block device. Nothing written is safe before `sync` has returned. */
export interface DiskFile {
  /** @returns how many bytes came, 0 at the end */
  read(into: Uint8Array, offsetBytes: number): Promise<number>;
  write(bytes: Uint8Array, offsetBytes: number): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface DiskEntry {
  readonly kind: 'file' | 'block' | 'other';
  readonly sizeBytes: number;
  /** What storage has set aside for it, which is less than its size when it has holes. */
  readonly allocatedBytes: number;
}

/** The one door to storage: everything the agent keeps goes through here, so that tests can take the power away. */
export interface Disk {
  stat(path: string): Promise<DiskEntry | undefined>;
  /** Bytes that are free on the file system of a folder. */
  freeBytes(folder: string): Promise<number>;
  /** `create` empties an existing file and makes a missing one, readable by its owner only. */
  open(path: string, mode: 'read' | 'write' | 'create'): Promise<DiskFile>;
  /** The new name is safe only after `syncFolder`. */
  rename(from: string, to: string): Promise<void>;
  /** A missing file is no error. */
  remove(path: string): Promise<void>;
  makeFolder(path: string): Promise<void>;
  syncFolder(path: string): Promise<void>;
}

/** Reads a whole small file. @returns undefined when there is none */
export async function readSmallFile(disk: Disk, path: string, maxBytes: number): Promise<Buffer | undefined> {
  const entry = await disk.stat(path);
  if (!entry) return undefined;
  const file = await disk.open(path, 'read');
  try {
    // Files of /proc say that they are empty: read until the end, whatever the size says.
    let buffer = Buffer.alloc(Math.min(maxBytes, Math.max(entry.sizeBytes, 4_096)) + 1);
    let length = 0;
    for (;;) {
      const got = await file.read(buffer.subarray(length), length);
      if (got === 0) return buffer.subarray(0, length);
      length += got;
      if (length > maxBytes) throw new Error(`${path} has more than ${maxBytes} bytes.`);
      if (length === buffer.length) buffer = Buffer.concat([buffer, Buffer.alloc(buffer.length)]);
    }
  } finally {
    await file.close();
  }
}

/**
 * Replaces a file so that a power cut leaves the old contents or the new, never a mixture:
 * write beside it, sync, rename, sync the folder.
 */
export async function replaceFile(disk: Disk, path: string, bytes: Uint8Array): Promise<void> {
  const beside = `${path}.new`;
  const file = await disk.open(beside, 'create');
  try {
    await file.write(bytes, 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(beside, path);
  await disk.syncFolder(folderOf(path));
}

/** True when storage said that it is full. */
export function isNoSpace(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ENOSPC' || code === 'EDQUOT';
}

/** The system's code of an IO error, e.g. `EIO`. */
export function errorCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
}

export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  if (slash < 0) return '.';
  return slash === 0 ? '/' : path.slice(0, slash);
}
