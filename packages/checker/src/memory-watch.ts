import { readFile } from 'node:fs/promises';

const pageBytes = 4_096;

/** Bytes that a process holds; undefined where the system does not tell, or when it has ended. */
export async function residentBytes(pid: number): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => undefined);
  const pages = Number(text?.split(' ')[1]);
  return Number.isSafeInteger(pages) ? pages * pageBytes : undefined;
}
