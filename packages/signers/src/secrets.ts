import { read } from 'node:fs';
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { FettleError } from '@fettle/model';

const readFromDescriptor = promisify(read);
const maxSecretBytes = 65_536;

export interface SecretRequest {
  /** `file:PATH`, `fd:NUMBER` or `env:NAME`; without one a person is asked. */
  readonly source?: string | undefined;
  /** What is wanted, for the question and for messages: "PIN of token fettle". */
  readonly what: string;
}

/** How a back end gets at a PIN, passphrase or token. Only places are named in locators, never the secret itself. */
export type ReadSecret = (request: SecretRequest) => Promise<string>;

export interface SecretPlaces {
  /** The environment that `env:NAME` may name; without one, none. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Asks a person; without it a missing source is an error. */
  readonly prompt?: (question: string) => Promise<string>;
}

/** Reads secrets from files that only their owner can read, inherited descriptors, the given environment, or a person. */
export function secretReader(places: SecretPlaces = {}): ReadSecret {
  // A descriptor can be read only once, and a session may need its secret again.
  const descriptors = new Map<number, Promise<string>>();
  return async ({ source, what }) => {
    if (source === undefined) return checked(await ask(places, what), what);
    const at = source.indexOf(':');
    const [kind, place] = [source.slice(0, at), source.slice(at + 1)];
    if (kind === 'file' && place !== '') return checked(await readSecretFile(place, what), what);
    if (kind === 'env' && place !== '') return checked(fromEnvironment(places, place, what), what);
    if (kind === 'fd' && /^\d{1,4}$/.test(place)) {
      const number = Number(place);
      const once = descriptors.get(number) ?? readDescriptor(number, what);
      descriptors.set(number, once);
      return checked(await once, what);
    }
    throw new FettleError('invalid-input', `Expected file:PATH, fd:NUMBER or env:NAME as source of the ${what}.`);
  };
}

/** @throws FettleError `invalid-input` when others than the owner may read or write the file */
export function refuseLooseMode(mode: number, file: string): void {
  if ((mode & 0o077) === 0) return;
  const found = (mode & 0o777).toString(8).padStart(4, '0');
  throw new FettleError('invalid-input', `Expected ${file} to be for its owner only (0600), found ${found}.`, {
    details: { next: `chmod 600 ${file}` },
  });
}

async function readSecretFile(file: string, what: string): Promise<string> {
  try {
    const handle = await open(file, 'r');
    try {
      const { mode, size } = await handle.stat();
      refuseLooseMode(mode, file);
      if (size > maxSecretBytes) throw tooLong(what);
      return (await handle.readFile('utf8')).slice(0, maxSecretBytes + 1);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (cause instanceof FettleError) throw cause;
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new FettleError('invalid-input', `Expected the ${what} in ${file}, could not read it (${code}).`, { cause });
  }
}

async function readDescriptor(descriptor: number, what: string): Promise<string> {
  const pieces: Buffer[] = [];
  for (let total = 0; total <= maxSecretBytes; ) {
    const buffer = Buffer.alloc(4_096);
    const { bytesRead } = await readFromDescriptor(descriptor, buffer, 0, buffer.length, null).catch((cause) => {
      throw new FettleError('invalid-input', `Expected the ${what} on descriptor ${descriptor}, could not read it.`, {
        cause,
      });
    });
    if (bytesRead === 0) return Buffer.concat(pieces).toString('utf8');
    pieces.push(buffer.subarray(0, bytesRead));
    total += bytesRead;
  }
  throw tooLong(what);
}

function fromEnvironment({ environment = {} }: SecretPlaces, name: string, what: string): string {
  const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
  if (value !== undefined) return value;
  throw new FettleError('invalid-input', `Expected the ${what} in the variable ${name}, found it unset.`);
}

async function ask({ prompt }: SecretPlaces, what: string): Promise<string> {
  if (prompt) return await prompt(what);
  const message = `Expected a source for the ${what}, found none and nobody to ask. Name one, as file:PATH.`;
  throw new FettleError('invalid-input', message);
}

function checked(secret: string, what: string): string {
  if (secret.length > maxSecretBytes) throw tooLong(what);
  const line = secret.replace(/\r?\n$/, '');
  if (line === '') throw new FettleError('invalid-input', `Expected the ${what}, found it empty.`);
  return line;
}

function tooLong(what: string): FettleError {
  return new FettleError('too-large', `Expected the ${what} in at most ${maxSecretBytes} bytes, found more.`);
}
