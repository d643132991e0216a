import { chmod, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { FettleError } from '@fettle/model';
import type { Environment } from './io.ts';

/** The environment of this process; everything else is handed it. */
export const environment: Environment = process.env;

/** Every setting of the command line: file key, environment name and what it is. */
export const settingTable = {
  server: { variable: 'FETTLE_SERVER', summary: 'URL of the server' },
  token: { variable: 'FETTLE_TOKEN', summary: 'operator token' },
  fleet: { variable: 'FETTLE_FLEET', summary: 'fleet that commands are about' },
} as const;

export type SettingName = keyof typeof settingTable;
export type Settings = Readonly<Partial<Record<SettingName, string>>>;
const settingNames = Object.keys(settingTable) as SettingName[];

/** Folder of the person's own files: settings and, unless told otherwise, the release key. */
export function configFolder(env: Environment): string {
  return join(env.XDG_CONFIG_HOME || join(env.HOME || homedir(), '.config'), 'fettle');
}

export function configFile(env: Environment): string {
  return join(configFolder(env), 'config.json');
}

/** What holds for one command: its options, then the environment, then the file that `login` wrote. */
export async function resolveSettings(options: Settings, env: Environment): Promise<Settings> {
  const saved = await loadSettings(env);
  const settings: Partial<Record<SettingName, string>> = {};
  for (const name of settingNames) {
    const value = options[name] ?? (env[settingTable[name].variable] || undefined) ?? saved[name];
    if (value !== undefined) settings[name] = value;
  }
  // A saved token belongs to the saved server: it is never sent to another one.
  const tokenIsSaved = options.token === undefined && !env[settingTable.token.variable];
  if (tokenIsSaved && settings.server !== saved.server) delete settings.token;
  return settings;
}

/** Reads the settings that `login` wrote; none when it never ran. */
export async function loadSettings(env: Environment): Promise<Settings> {
  const file = configFile(env);
  let text: string;
  try {
    await refuseLooseMode(file);
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
  return parseSettings(text, file);
}

/** Replaces the settings file in one step, mode 0600: it holds a token. */
export async function saveSettings(settings: Settings, env: Environment): Promise<string> {
  const file = configFile(env);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const fresh = `${file}.${process.pid}.tmp`;
  await writeFile(fresh, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 });
  await chmod(fresh, 0o600);
  await rename(fresh, file);
  return file;
}

/**
 * Refuses a file with a secret that others on this machine could read.
 * @throws FettleError `invalid-input`
 */
export async function refuseLooseMode(file: string): Promise<void> {
  const { mode } = await stat(file);
  if ((mode & 0o077) === 0) return;
  const found = (mode & 0o777).toString(8).padStart(4, '0');
  throw new FettleError('invalid-input', `${file}: expected mode 0600, found ${found}: others could read the secret.`, {
    details: { next: `chmod 600 ${file}` },
  });
}

function parseSettings(text: string, file: string): Settings {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw damaged(file, 'it is not JSON', cause);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw damaged(file, 'it is no JSON object');
  const settings: Partial<Record<SettingName, string>> = {};
  for (const [key, entry] of Object.entries(value)) {
    const name = settingNames.find((known) => known === key);
    if (!name) throw damaged(file, `"${key.slice(0, 40)}" is no setting`);
    if (typeof entry !== 'string') throw damaged(file, `${name} is not a text`);
    settings[name] = entry;
  }
  return settings;
}

function damaged(file: string, why: string, cause?: unknown): FettleError {
  return new FettleError('invalid-input', `${file}: expected the settings that login writes, but ${why}.`, {
    cause,
    details: { next: `rm ${file} && fettle login --server URL --token TOKEN` },
  });
}
