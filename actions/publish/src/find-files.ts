import { glob, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { FettleError } from '@fettle/model';
import type { ArtifactLine } from './inputs.ts';

const mostFiles = 200;

/** The files that lines name, each with what it is for, as `parseArtifactSpecs` reads them. */
export async function findArtifacts(lines: readonly ArtifactLine[], workspace: string): Promise<readonly string[]> {
  const specs: string[] = [];
  for (const { glob: pattern, types, component } of lines) {
    for (const file of await findFiles(pattern, workspace)) {
      specs.push(...types.map((type) => `${file}:${type}:${component}`));
    }
  }
  return [...new Set(specs)];
}

/** Files of one glob, sorted; a glob that finds nothing is a mistake, never an empty release. */
export async function findFiles(pattern: string, workspace: string): Promise<readonly string[]> {
  const found: string[] = [];
  const literal = isAbsolute(pattern) ? pattern : join(workspace, pattern);
  if (await isFile(literal)) return [literal];
  for await (const name of glob(pattern, { cwd: workspace })) {
    const file = isAbsolute(name) ? name : join(workspace, name);
    if (await isFile(file)) found.push(file);
    if (found.length > mostFiles) {
      throw new FettleError('invalid-input', `${pattern}: expected at most ${mostFiles} files, found more.`);
    }
  }
  if (found.length > 0) return found.sort();
  throw new FettleError('invalid-input', `${pattern}: expected a file in ${workspace}, found none.`, {
    details: { next: 'look whether the build made it, and whether the step runs after it' },
  });
}

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
