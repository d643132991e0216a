import { readFileSync } from 'node:fs';
import { FettleError } from '@fettle/model';
import {
  type ConfigKey,
  type ConfigName,
  configKeys,
  environmentName,
  flagName,
  type ServerConfig,
} from './config-keys.ts';

export type ConfigOrigin = 'default' | 'file' | 'environment' | 'flag' | 'caller';

export interface LoadedConfig {
  readonly config: ServerConfig;
  readonly origins: Readonly<Record<ConfigName, ConfigOrigin>>;
  /** What the command line asks for besides settings. */
  readonly wants: ReadonlySet<'help' | 'version' | 'print-config'>;
}

const names = Object.keys(configKeys) as ConfigName[];
type Values = Map<ConfigName, { readonly value: string | number | boolean; readonly origin: ConfigOrigin }>;

/**
 * Settings from everywhere, the later ones winning: defaults, `--config FILE`, environment, flags.
 * @throws FettleError `invalid-input` for unknown keys and values that do not fit
 */
export function loadConfig(argv: readonly string[], environment: NodeJS.ProcessEnv = process.env): LoadedConfig {
  const { flags, wants, file } = readFlags(argv);
  const values: Values = new Map();
  const path = file ?? environment.FETTLE_CONFIG;
  if (path) readConfigFile(path, values);
  readEnvironment(environment, values);
  for (const [name, text] of flags) set(values, name, { given: text, origin: 'flag', where: flagName(name) });
  return { ...finish(values), wants };
}

/** Settings given by a program, the rest at their defaults. Reads neither environment nor files. */
export function configOf(given: Partial<ServerConfig>): ServerConfig {
  const values: Values = new Map();
  for (const [name, value] of Object.entries(given)) {
    set(values, knownName(name, `setting ${name}`), { given: value, origin: 'caller', where: name });
  }
  return finish(values).config;
}

/** The settings as `--print-config` shows them: value and origin, secrets masked. */
export function printConfig({ config, origins }: LoadedConfig): string {
  const rows = names.map((name) => {
    const key: ConfigKey = configKeys[name];
    const shown = key.secret && config[name] !== '' ? masked(String(config[name])) : JSON.stringify(config[name]);
    return `${name.padEnd(26)} ${shown.padEnd(28)} ${origins[name]}`;
  });
  return `${rows.join('\n')}\n`;
}

/** A URL without its password, which may stand in two places; anything else not at all. */
function masked(secret: string): string {
  if (!URL.canParse(secret)) return '(set)';
  const url = new URL(secret);
  if (url.password !== '') url.password = '***';
  if (url.searchParams.has('password')) url.searchParams.set('password', '***');
  return JSON.stringify(url.toString());
}

function finish(values: Values): Pick<LoadedConfig, 'config' | 'origins'> {
  const config: Record<string, unknown> = {};
  const origins: Record<string, ConfigOrigin> = {};
  for (const name of names) {
    config[name] = values.get(name)?.value ?? configKeys[name].default;
    origins[name] = values.get(name)?.origin ?? 'default';
  }
  const done = Object.freeze(config) as ServerConfig;
  if ((done['tls.certFile'] === '') !== (done['tls.keyFile'] === '')) {
    refuse('tls.certFile and tls.keyFile belong together: give both or neither.');
  }
  const url = done['http.publicUrl'];
  if (url !== '' && !/^https?:\/\/[^\s?#]+$/.test(url))
    refuse(`http.publicUrl must be an http(s) URL, found "${url}".`);
  const isDatabase = /^postgres(ql)?:\/\//.test(done.database) && URL.canParse(done.database);
  if (done.database !== '' && !isDatabase) {
    // Not what was found: it may have a password.
    refuse('database must be a URL that begins with postgres://, or empty for the SQLite file in the data folder.');
  }
  return { config: done, origins: origins as Record<ConfigName, ConfigOrigin> };
}

interface Flags {
  readonly flags: ReadonlyMap<ConfigName, string>;
  readonly wants: ReadonlySet<'help' | 'version' | 'print-config'>;
  readonly file: string | undefined;
}

function readFlags(argv: readonly string[]): Flags {
  const byFlag = new Map(names.map((name) => [flagName(name), name]));
  const flags = new Map<ConfigName, string>();
  const wants = new Set<'help' | 'version' | 'print-config'>();
  let file: string | undefined;
  for (let i = 0; i < argv.length; i++) {
    const [flag = '', inline] = splitOnce(argv[i] ?? '');
    if (flag === '--help' || flag === '-h') wants.add('help');
    else if (flag === '--version') wants.add('version');
    else if (flag === '--print-config') wants.add('print-config');
    else {
      const name = byFlag.get(flag);
      if (!name && flag !== '--config') refuse(`Unknown flag "${flag}". Run with --help to see all.`);
      const value = inline ?? argv[++i];
      if (value === undefined) refuse(`${flag} wants a value.`);
      if (name) flags.set(name, value);
      else file = value;
    }
  }
  return { flags, wants, file };
}

function splitOnce(argument: string): [string, string | undefined] {
  const at = argument.indexOf('=');
  return at < 0 ? [argument, undefined] : [argument.slice(0, at), argument.slice(at + 1)];
}

function readConfigFile(path: string, values: Values): void {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new FettleError('invalid-input', `Cannot read the configuration ${path}: ${(cause as Error).message}`, {
      cause,
    });
  }
  for (const [name, value] of flatten(content, '')) {
    set(values, knownName(name, path), { given: value, origin: 'file', where: `${name} in ${path}` });
  }
}

// {"http": {"port": 1}} and {"http.port": 1} mean the same.
function* flatten(value: unknown, prefix: string): Generator<[string, unknown]> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    if (prefix === '') refuse('The configuration file must hold one JSON object.');
    yield [prefix, value];
    return;
  }
  for (const [key, inner] of Object.entries(value)) yield* flatten(inner, prefix === '' ? key : `${prefix}.${key}`);
}

// Other Fettle programs have FETTLE_ variables of their own: only names in a section of ours can be misspelt.
function readEnvironment(environment: NodeJS.ProcessEnv, values: Values): void {
  const byVariable = new Map(names.map((name) => [environmentName(name), name]));
  const sections = [...new Set(names.map((name) => `${environmentName(name.split('.')[0] ?? '')}_`))];
  for (const [variable, value] of Object.entries(environment)) {
    if (value === undefined) continue;
    const name = byVariable.get(variable);
    if (name) set(values, name, { given: value, origin: 'environment', where: variable });
    else if (sections.some((section) => variable.startsWith(section))) {
      refuse(`Unknown environment variable ${variable}. Run with --print-config or see docs/configuration.md.`);
    }
  }
}

function knownName(name: string, where: string): ConfigName {
  const known = names.find((candidate) => candidate === name);
  return known ?? refuse(`Unknown setting "${name}" (${where}). See docs/configuration.md.`);
}

function set(
  values: Values,
  name: ConfigName,
  { given, origin, where }: { given: unknown; origin: ConfigOrigin; where: string },
): void {
  const key: ConfigKey = configKeys[name];
  const value = typeof given === 'string' && typeof key.default !== 'string' ? parseText(given, key) : given;
  if (typeof value !== typeof key.default) refuse(`${where} must be ${kindOf(key)}, found ${JSON.stringify(given)}.`);
  if (typeof value === 'number' && !fits(value, key)) {
    refuse(`${where} must be a whole number from ${key.least} to ${key.most}, found ${value}.`);
  }
  if (key.oneOf && !key.oneOf.includes(String(value))) {
    refuse(`${where} must be one of ${key.oneOf.join(', ')}; found ${JSON.stringify(value)}.`);
  }
  values.set(name, { value: value as string | number | boolean, origin });
}

function parseText(given: string, key: ConfigKey): unknown {
  if (typeof key.default === 'number') return /^-?\d+$/.test(given) ? Number(given) : given;
  return given === 'true' ? true : given === 'false' ? false : given;
}

function kindOf(key: ConfigKey): string {
  if (typeof key.default === 'number') return 'a whole number';
  return typeof key.default === 'boolean' ? 'true or false' : 'text';
}

function fits(value: number, { least = 0, most = Number.MAX_SAFE_INTEGER }: ConfigKey): boolean {
  return Number.isSafeInteger(value) && value >= least && value <= most;
}

function refuse(message: string): never {
  throw new FettleError('invalid-input', message);
}
