import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FettleError } from '@fettle/model';

/** Programs of the other packages: found by path, because the command line must not carry their code. */
export const programs = {
  server: { path: '../../server/src/main', package: '@fettle/server' },
  database: { path: '../../server/src/database-main', package: '@fettle/server' },
  witness: { path: '../../server/src/witness-main', package: '@fettle/server' },
  signer: { path: '../../server/src/signer/main', package: '@fettle/server' },
  agent: { path: '../../agent/src/main', package: '@fettle/agent' },
  fleet: { path: '../../simulator/src/fleet/main', package: '@fettle/simulator' },
  board: { path: '../../simulator/src/board/main', package: '@fettle/simulator' },
  drill: { path: '../../simulator/src/drill/main', package: '@fettle/simulator' },
  replay: { path: '../../simulator/src/world/replay/main', package: '@fettle/simulator' },
} as const;

export type ProgramName = keyof typeof programs;

/**
 * The file of a program. Packages stand side by side, in a checkout and below node_modules alike.
 * @throws FettleError `not-found` when its package is not installed
 */
export function locateProgram(name: ProgramName): string {
  const { path, package: owner } = programs[name];
  // `.ts` in a checkout, `.js` in a published package: the same as this very file.
  const file = fileURLToPath(new URL(`${path}${extname(import.meta.url)}`, import.meta.url));
  if (existsSync(file)) return file;
  throw new FettleError('not-found', `Expected the package ${owner} beside the command line, found none.`, {
    details: { next: `npm install ${owner}` },
  });
}

/** Arguments of Node itself that start a program file. */
export function nodeArguments(file: string, args: readonly string[]): string[] {
  return ['--disable-warning=ExperimentalWarning', file, ...args];
}
