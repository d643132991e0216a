import { createHash } from 'node:crypto';
import { type Disk, readSmallFile, replaceFile } from '../disk.ts';

export type FileReading<T> = { readonly found: 'good'; readonly value: T } | { readonly found: 'none' | 'damaged' };

/** How a value is kept in a file. */
export interface FileForm<T> {
  /** The first word of the file. */
  readonly format: string;
  readonly maxBytes: number;
  /** @returns undefined when it is not of this shape */
  readonly read: (value: unknown) => T | undefined;
}

/**
 * Keeps a value in a file with its checksum, and once more beside it: a power cut at any write leaves the older value
 * or the newer one, and a medium that loses one of the files loses nothing.
 */
export async function writeChecked(disk: Disk, path: string, format: string, value: unknown): Promise<void> {
  const body = JSON.stringify(value);
  const bytes = Buffer.from(`${format} ${sha256Of(body)}\n${body}`, 'utf8');
  await replaceFile(disk, path, bytes);
  await replaceFile(disk, `${path}.backup`, bytes);
}

/** Reads the value, or its backup. Never throws: damaged files are an expected thing after years in the field. */
export async function readChecked<T>(disk: Disk, path: string, form: FileForm<T>): Promise<FileReading<T>> {
  const own = await readOne(disk, path, form);
  if (own.found === 'good') return own;
  const backup = await readOne(disk, `${path}.backup`, form);
  if (backup.found === 'good') return backup;
  return own.found === 'none' && backup.found === 'none' ? own : { found: 'damaged' };
}

async function readOne<T>(disk: Disk, path: string, { format, maxBytes, read }: FileForm<T>): Promise<FileReading<T>> {
  try {
    const bytes = await readSmallFile(disk, path, maxBytes);
    if (!bytes) return { found: 'none' };
    const text = bytes.toString('utf8');
    const line = text.indexOf('\n');
    const body = text.slice(line + 1);
    if (text.slice(0, Math.max(0, line)) !== `${format} ${sha256Of(body)}`) return { found: 'damaged' };
    const value = read(JSON.parse(body));
    return value === undefined ? { found: 'damaged' } : { found: 'good', value };
  } catch {
    return { found: 'damaged' };
  }
}

function sha256Of(body: string): string {
  return createHash('sha256').update(body).digest('hex');
}
