import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FettleError, type Repository } from '@fettle/model';
import { configFolder } from '../config.ts';
import type { Environment } from '../io.ts';
import { openRoot } from './follow-roots.ts';

/** A repository of somebody: `HOST/TENANT`, and which of the two it is. */
export interface RepositoryName {
  readonly origin: string;
  readonly repository: Repository;
}

const originPattern = /^[A-Za-z0-9[][A-Za-z0-9.:[\]-]{0,254}\/[a-z0-9][a-z0-9._-]{0,63}$/;

/** @throws FettleError `invalid-input` when a text names no server and tenant */
export function readOrigin(text: string): string {
  if (originPattern.test(text)) return text;
  throw new FettleError('invalid-input', `Expected HOST/TENANT as origin, found "${text.slice(0, 80)}".`);
}

/** Where the newest root that this person trusts stands: a TUF root file, as devices are provisioned with. */
export function pinFile(env: Environment, { origin, repository }: RepositoryName): string {
  const name = readOrigin(origin).replace(/[^A-Za-z0-9.-]/g, '_');
  return join(configFolder(env), 'trust', `${name}.${repository}.root.json`);
}

/** The text of the pinned root; undefined before the first look. */
export async function readPin(env: Environment, name: RepositoryName): Promise<string | undefined> {
  try {
    return await readFile(pinFile(env, name), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Keeps a root as the one that is trusted from now on, in one step; never an older one in place of a newer.
 * @returns the file
 */
export async function keepPin(env: Environment, name: RepositoryName, text: string): Promise<string> {
  const file = pinFile(env, name);
  const pinned = await readPin(env, name);
  if (pinned !== undefined && openRoot(pinned).root.version >= openRoot(text).root.version) return file;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const fresh = `${file}.${process.pid}.tmp`;
  await writeFile(fresh, text, { mode: 0o600 });
  await rename(fresh, file);
  return file;
}
