import { openFileSource } from '@fettle/checker';
import type { Source } from '@fettle/images';

/** Uses a file as a source of bytes at any offset, and closes it whatever happens. */
export async function withFileSource<T>(file: string, use: (source: Source) => Promise<T>): Promise<T> {
  await using open = await openFileSource(file);
  return await use(open.source);
}
