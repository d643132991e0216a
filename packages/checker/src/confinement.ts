import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ChildOrder } from './messages.ts';

/** Whose code the process runs: this package's and that of the packages which hold the gates. */
const code = ['.', '@fettle/gates', '@fettle/images', '@fettle/model'];

/**
 * Flags by which the process of a check may read its program, the artifact and the documents, may write its folder,
 * and may neither connect, nor start a process or a thread, nor load native code.
 * A fault that an image finds in a gate meets neither keys nor the database.
 * @source Node.js, Permissions: the process-based permission model
 */
export function confinement({ path, inputs }: ChildOrder, folder: string): readonly string[] {
  const readable = [...programFolders(), path, folder, ...inputs.map((input) => input.path)];
  return [
    '--permission',
    ...new Set(readable.map((path) => `--allow-fs-read=${path}`)),
    `--allow-fs-write=${folder}`,
    // Whoever starts this process decides on these, and has: the warning is none for its users.
    '--disable-warning=SecurityWarning',
  ];
}

let known: readonly string[] | undefined;

/** The folders above the code in which its dependencies are looked for. */
function programFolders(): readonly string[] {
  known ??= [...new Set(code.map((name) => outermost(folderOf(name))))];
  return known;
}

function folderOf(name: string): string {
  return dirname(realpathSync(fileURLToPath(name === '.' ? import.meta.url : import.meta.resolve(name))));
}

/** The outermost folder around this one that has dependencies. */
function outermost(folder: string): string {
  let found = folder;
  for (let at = folder; at !== dirname(at); at = dirname(at)) if (existsSync(join(at, 'node_modules'))) found = at;
  return found;
}
