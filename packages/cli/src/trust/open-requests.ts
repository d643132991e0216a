import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { configFolder } from '../config.ts';
import type { Environment } from '../io.ts';

function folderOf(env: Environment): string {
  return join(configFolder(env), 'trust');
}

/** Remembers that a request file was made here: what comes back has to answer one of these. */
export async function rememberRequest(env: Environment, change: string, sha256: string): Promise<void> {
  await mkdir(folderOf(env), { recursive: true, mode: 0o700 });
  await appendFile(join(folderOf(env), 'requests'), `${change} ${sha256}\n`, { mode: 0o600 });
}

/** SHA-256 of the requests that were made here for a change; undefined when none was: another person made it. */
export async function requestDigest(env: Environment, change: string): Promise<readonly string[] | undefined> {
  let text: string;
  try {
    text = await readFile(join(folderOf(env), 'requests'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const found = text.split('\n').flatMap((line) => {
    const [made, sha256] = line.split(' ');
    return made === change && sha256 ? [sha256] : [];
  });
  return found.length > 0 ? found : undefined;
}
