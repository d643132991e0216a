import { maxEnvironmentBytes, minEnvironmentBytes } from './environment.ts';

/** Where one copy of the environment lies. */
export interface EnvArea {
  /** A regular file or a block device, as written in the configuration. */
  readonly file: string;
  readonly offsetBytes: number;
  readonly sizeBytes: number;
}

/** One area is the single form, two are the redundant one. */
export type EnvConfig =
  | { readonly ok: true; readonly areas: readonly [EnvArea] | readonly [EnvArea, EnvArea] }
  | { readonly ok: false; readonly message: string };

const maxConfigLength = 16_384;
const maxOffsetBytes = 2 ** 48;

/**
 * Reads the text of a `fw_env.config`: one or two lines `FILE OFFSET SIZE [SECTOR_SIZE [SECTORS]]`, `#` for comments.
 * OFFSET is decimal, 0x hexadecimal or 0 octal; SIZE is hexadecimal with or without 0x, as `fw_printenv` reads it.
 * Sector fields belong to raw flash and say nothing about files and block devices: checked, not kept. Never throws.
 * @source libubootenv 0.3.2 (fw_env.config), judged by `fw_printenv`
 */
export function parseEnvConfig(text: string): EnvConfig {
  if (text.length > maxConfigLength) return wrong(`it has more than ${maxConfigLength} characters`);
  const areas: EnvArea[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const words = line.trim().split(/\s+/);
    if (words[0] === undefined || words[0] === '' || words[0].startsWith('#')) continue;
    const area = parseLine(words);
    if (typeof area === 'string') return wrong(`line ${index + 1}: ${area}`);
    areas.push(area);
  }
  const [first, second, third] = areas;
  if (!first) return wrong('it names no environment');
  if (third) return wrong('it names more than two copies');
  if (!second) return { ok: true, areas: [first] };
  if (first.sizeBytes !== second.sizeBytes) return wrong('the two copies differ in size');
  if (first.file === second.file && Math.abs(first.offsetBytes - second.offsetBytes) < first.sizeBytes) {
    return wrong('the two copies overlap');
  }
  return { ok: true, areas: [first, second] };
}

function parseLine(words: readonly string[]): EnvArea | string {
  const [file, offset, size, ...sectors] = words;
  if (!file || offset === undefined || size === undefined) return 'expected FILE OFFSET SIZE';
  if (sectors.length > 2 || sectors.some((word) => readHex(word) === undefined)) {
    return 'expected at most SECTOR_SIZE and SECTORS, in hexadecimal, after SIZE';
  }
  const offsetBytes = readOffset(offset);
  if (offsetBytes === undefined || offsetBytes > maxOffsetBytes) {
    return `OFFSET must be a whole number of 0 or more, found "${offset.slice(0, 40)}"`;
  }
  const sizeBytes = readHex(size);
  if (sizeBytes === undefined || sizeBytes < minEnvironmentBytes || sizeBytes > maxEnvironmentBytes) {
    return `SIZE must be ${minEnvironmentBytes} to ${maxEnvironmentBytes} in hexadecimal, found "${size.slice(0, 40)}"`;
  }
  return { file, offsetBytes, sizeBytes };
}

function readOffset(word: string): number | undefined {
  if (/^0x[0-9a-f]{1,12}$/i.test(word)) return Number.parseInt(word, 16);
  if (/^0[0-7]{1,16}$/.test(word)) return Number.parseInt(word, 8);
  return /^(?:0|[1-9][0-9]{0,14})$/.test(word) ? Number.parseInt(word, 10) : undefined;
}

function readHex(word: string): number | undefined {
  return /^(?:0x)?[0-9a-f]{1,8}$/i.test(word) ? Number.parseInt(word, 16) : undefined;
}

function wrong(what: string): EnvConfig {
  return { ok: false, message: `The environment's configuration cannot be used: ${what}.` };
}
