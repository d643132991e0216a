import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { FettleError } from '@fettle/model';
import { type HabitOptions, parseInUse, parseSites } from './habits.ts';
import { parseBadRelease, parseMisbehaviours } from './misbehaviour.ts';
import type { FleetOptions } from './options.ts';
import { parseShare } from './share.ts';

/** What the command line asks for. */
export type Arguments =
  | { readonly kind: 'help' }
  | {
      readonly kind: 'run';
      readonly options: FleetOptions;
      /** Ends by itself after this long; undefined for never. */
      readonly forMs: number | undefined;
      readonly eventsFile: string | undefined;
      readonly quiet: boolean;
    };

interface FlagRow {
  readonly value?: string;
  readonly multiple?: true;
  readonly summary: string;
}

/** Every flag, once: the parser and the help are made from it. */
export const flags = {
  server: { value: 'URL', summary: 'server to talk to, e.g. http://127.0.0.1:8080 (required)' },
  fleet: { value: 'NAME', summary: 'fleet that the devices belong to (required)' },
  tenant: { value: 'NAME', summary: 'tenant of the fleet (default)' },
  devices: { value: 'N', summary: 'how many devices (100)' },
  types: { value: 'A,B', summary: 'device types, dealt out in turn (required)' },
  'claim-token': { value: 'TOKEN', summary: 'lets the devices enrol by themselves' },
  'claim-token-file': { value: 'FILE', summary: 'the same, read from a file so that it shows in no process list' },
  'trust-key': { value: 'FILE', multiple: true, summary: 'public key (PEM) that may sign releases; repeatable' },
  'image-root': { value: 'FILE', summary: 'root of the image repository; with --director-root both have to agree' },
  'director-root': { value: 'FILE', summary: 'root of the director' },
  seed: { value: 'TEXT', summary: 'same seed, same devices, keys and choices (1)' },
  misbehave: { value: 'LIST', summary: 'devices that misbehave, e.g. fails-health=3%,slow=10%' },
  bad: { value: 'V=NAME:SHARE', multiple: true, summary: 'a release that goes wrong, e.g. 3.0.0=fails-health:80%' },
  speed: { value: 'X', summary: 'how much faster than real time the devices live (1)' },
  'id-prefix': { value: 'TEXT', summary: 'what device ids begin with (sim-)' },
  'in-use': {
    value: 'H-H=SHARE',
    summary: 'hours in which devices are in use, by the clock of the site, e.g. 8-18=30%',
  },
  battery: { value: 'SHARE', summary: 'devices that live on a battery and charge six hours a day, e.g. 20%' },
  metered: { value: 'SHARE', summary: 'devices on a metered link, e.g. 10%' },
  sites: { value: 'A,B@ZONE', summary: 'where they stand, e.g. lab,berlin@Europe/Berlin' },
  pairs: { value: 'NAME', summary: 'pairs them two by two, NAME1, NAME2, …' },
  hardware: { value: 'R,S', summary: 'hardware revisions that they are spread over (r1,r2,r3)' },
  'factory-version': { value: 'VERSION', summary: 'what the devices run before any update (nothing)' },
  component: { value: 'NAME', summary: 'component that the factory version is of (rootfs)' },
  sockets: { value: 'N', summary: 'most connections for messages; as many again may download (64)' },
  ramp: { value: 'SECONDS', summary: 'over how long the first requests are spread (2)' },
  'state-file': { value: 'FILE', summary: 'keeps what the devices remember between two runs' },
  for: { value: 'SECONDS', summary: 'end after this long (never)' },
  'json-events': { value: 'FILE', summary: 'writes what the devices do, one JSON object a line' },
  quiet: { summary: 'no status lines' },
  help: { summary: 'this text' },
} as const satisfies Record<string, FlagRow>;

/**
 * Reads the command line.
 * @throws FettleError `invalid-input` with what was expected
 */
export function parseArguments(args: readonly string[]): Arguments {
  const values = parseFlags(args);
  const one = (name: keyof typeof flags) => values[name]?.at(-1);
  if (one('help') !== undefined) return { kind: 'help' };
  const claimTokenFile = one('claim-token-file');
  const claimToken = one('claim-token') ?? (claimTokenFile && readFileSync(claimTokenFile, 'utf8').trim());
  const ramp = one('ramp');
  const texts = {
    tenant: one('tenant'),
    seed: one('seed'),
    idPrefix: one('id-prefix'),
    factoryVersion: one('factory-version'),
    component: one('component'),
    stateFile: one('state-file'),
    claimToken,
    speed: number(one('speed'), 'speed'),
    sockets: number(one('sockets'), 'sockets'),
    rampMs: ramp === undefined ? undefined : (number(ramp, 'ramp') ?? 0) * 1_000,
  };
  const options: FleetOptions = {
    ...given(texts),
    ...readHabits(one),
    ...readRootFiles(one('image-root'), one('director-root')),
    server: required(one('server'), 'server'),
    fleet: required(one('fleet'), 'fleet'),
    devices: number(one('devices'), 'devices') ?? 100,
    types: required(one('types'), 'types').split(','),
    misbehave: parseMisbehaviours(one('misbehave') ?? ''),
    badReleases: (values.bad ?? []).map(parseBadRelease),
    trustKeys: (values['trust-key'] ?? []).map((file) => readFileSync(file, 'utf8')),
  };
  const seconds = number(one('for'), 'for');
  const forMs = seconds === undefined ? undefined : seconds * 1_000;
  return { kind: 'run', options, forMs, eventsFile: one('json-events'), quiet: one('quiet') !== undefined };
}

function readRootFiles(image: string | undefined, director: string | undefined): Pick<FleetOptions, 'roots'> {
  if (image === undefined && director === undefined) return {};
  if (image === undefined || director === undefined) {
    throw new FettleError('invalid-input', 'Expected --image-root and --director-root, found one of them. Name both.');
  }
  return { roots: { image: readFileSync(image, 'utf8'), director: readFileSync(director, 'utf8') } };
}

function readHabits(one: (name: keyof typeof flags) => string | undefined): HabitOptions {
  const read = <T>(name: keyof typeof flags, parse: (text: string) => T) => {
    const text = one(name);
    return text === undefined || text === '' ? undefined : parse(text);
  };
  return given({
    inUse: read('in-use', parseInUse),
    battery: read('battery', parseShare),
    metered: read('metered', parseShare),
    sites: read('sites', parseSites),
    pairs: one('pairs'),
    hardware: read('hardware', (text) => text.split(',')),
  });
}

/** The help text. */
export function helpText(): string {
  const rows = Object.entries(flags).map(([name, row]: [string, FlagRow]) => {
    const flag = row.value === undefined ? `--${name}` : `--${name} ${row.value}`;
    return `  ${flag.padEnd(30)} ${row.summary}`;
  });
  return ['Pretend devices that speak the real device protocol.', '', ...rows, ''].join('\n');
}

function parseFlags(args: readonly string[]): Partial<Record<string, string[]>> {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, row]: [string, FlagRow]) => [
      name,
      { type: row.value === undefined ? ('boolean' as const) : ('string' as const), multiple: true },
    ]),
  );
  try {
    const { values } = parseArgs({ args: [...args], options, strict: true });
    const lists = Object.entries(values).map(([name, found]) => [name, (found as unknown[]).map(String)]);
    return Object.fromEntries(lists);
  } catch (cause) {
    throw new FettleError('invalid-input', `${(cause as Error).message} Run with --help to see every flag.`, { cause });
  }
}

function required(value: string | undefined, name: string): string {
  if (value !== undefined && value !== '') return value;
  throw new FettleError('invalid-input', `--${name} is required. Run with --help to see every flag.`);
}

function number(value: string | undefined, name: string): number | undefined {
  if (value === undefined) return undefined;
  const read = Number(value);
  if (value.trim() !== '' && Number.isFinite(read) && read >= 0) return read;
  throw new FettleError('invalid-input', `--${name} must be a number of 0 or more, found "${value}".`);
}

/** Leaves out what was not given, so that defaults apply. */
function given<T extends object>(values: T): { [K in keyof T]?: NonNullable<T[K]> } {
  const present = Object.entries(values).filter(([, value]) => value !== undefined && value !== '');
  return Object.fromEntries(present) as { [K in keyof T]?: NonNullable<T[K]> };
}
