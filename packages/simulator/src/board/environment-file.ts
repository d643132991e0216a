import { closeSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { chooseCopy, encodeEnvironment, nextFlag, parseEnvironment } from '@fettle/images';

/** The board's flash for the U-Boot environment: one file with two copies, one after the other. */
export const environmentBytes = 0x2000;

/** The text of a `fw_env.config` for the file. */
export function environmentConfig(file: string): string {
  const size = `0x${environmentBytes.toString(16)}`;
  return `${file} 0x0 ${size}\n${file} ${size} ${size}\n`;
}

/** @returns undefined when neither copy is valid */
export function readEnvironmentFile(file: string): Map<string, string> | undefined {
  return readCopies(file)?.variables;
}

/** Writes the copy that is not in use and waits until it is on the disk: a cut before that leaves the other one. */
export function writeEnvironmentFile(file: string, variables: ReadonlyMap<string, string>): void {
  const now = readCopies(file);
  const index = now ? 1 - now.index : 0;
  const layout = { form: 'redundant', sizeBytes: environmentBytes, flag: nextFlag(now?.flag ?? null) } as const;
  const copy = encodeEnvironment(variables, layout);
  const handle = openSync(file, 'r+');
  try {
    writeSync(handle, copy, 0, copy.length, index * environmentBytes);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function readCopies(file: string): { index: number; variables: Map<string, string>; flag: number | null } | undefined {
  const [first, second] = [readCopy(file, 0), readCopy(file, 1)];
  const index = chooseCopy(first, second);
  const chosen = index === 0 ? first : second;
  return index === undefined || !chosen.ok ? undefined : { index, variables: chosen.variables, flag: chosen.flag };
}

function readCopy(file: string, index: number): ReturnType<typeof parseEnvironment> {
  const copy = Buffer.alloc(environmentBytes);
  const handle = openSync(file, 'r');
  try {
    readSync(handle, copy, 0, copy.length, index * environmentBytes);
  } finally {
    closeSync(handle);
  }
  return parseEnvironment(copy, 'redundant');
}
