import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FettleError, fettleVersion } from '@fettle/model';
import { secretReader } from '@fettle/signers';
import { installationRoles, keyRoles, readKeyPlace } from './keys/key-roles.ts';
import { ratesFor, usualRates } from './signer-rates.ts';
import { locatorsOf, openSignerService, type SignerOptions, type SignerService } from './signer-service.ts';

const help = `fettle signer: holds the online keys, looks at what it signs, and refuses the rest. See docs/signer.md.

Usage: fettle signer --folder DIR [options]

  --folder DIR                  keys, state and log of requests; for nobody but this user
  --socket PATH                 Unix socket to listen on [signer.sock in the folder]
  --group NAME                  a group whose members may connect too (mode 0660)
  --key [TENANT/]ROLE=LOCATOR   a key that is held elsewhere: pkcs11:…, vault:…, awskms:…, file:…
                                roles: ${keyRoles.join(', ')};
                                of all tenants together: ${installationRoles.join(', ')}
  --replace-key [TENANT/]ROLE   takes another key for a role than so far; see docs/signer.md for what has to follow
  --director-rate N             director sets a second that are signed at most [${usualRates.director.perSecond}]
  --end-with-input              ends when its standard input does
  --version, --help

SIGTERM and SIGINT stop gently. Keys that are not there are made: Ed25519, PKCS#8, mode 0600.
`;

/** The program \`fettle signer\`. */
export async function runSigner(argv: readonly string[]): Promise<void> {
  // Nothing that it makes is for others; the socket's group is given rights by itself.
  process.umask(0o077);
  try {
    const given = readArguments(argv);
    if (given.text !== undefined) process.stdout.write(given.text);
    else await serve(given.options, given.endsWithInput);
  } catch (error) {
    const message = error instanceof FettleError ? error.message : String((error as Error).stack ?? error);
    process.stderr.write(`fettle signer: ${message}\n`);
    process.exitCode = error instanceof FettleError && error.code === 'invalid-input' ? 2 : 1;
    // Standard input may still hold the process.
    process.stdin.destroy();
  }
}

async function serve(options: SignerOptions, endsWithInput: boolean): Promise<void> {
  const service = await openSignerService(options);
  stopGently(service, endsWithInput);
  process.stdout.write(
    `${JSON.stringify({ msg: 'ready', socket: options.socket, pid: process.pid, version: fettleVersion })}\n`,
  );
}

function stopGently(service: SignerService, endsWithInput: boolean): void {
  let isStopping = false;
  const stop = () => {
    if (isStopping) return;
    isStopping = true;
    service.close().then(
      () => process.exit(0),
      (error) => {
        tell(error);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  if (!endsWithInput) return;
  // Whoever started it holds the other end: however that process ends, the signer does not outlive it.
  process.stdin.on('error', stop);
  process.stdin.once('close', stop);
  process.stdin.resume();
}

type Given =
  | { readonly text: string }
  | { readonly text: undefined; readonly options: SignerOptions; readonly endsWithInput: boolean };

function readArguments(argv: readonly string[]): Given {
  const values = parse(argv);
  if (values.help) return { text: help };
  if (values.version) return { text: `${fettleVersion}\n` };
  const { folder } = values;
  if (folder === undefined || folder === '')
    throw new FettleError('invalid-input', 'Expected --folder DIR, found none.');
  const options: SignerOptions = {
    folder,
    socket: values.socket ?? join(folder, 'signer.sock'),
    groupId: values.group === undefined ? undefined : groupIdOf(values.group),
    locators: locatorsOf((values.key ?? []).map(readKey)),
    readSecret: secretReader(),
    replace: (values['replace-key'] ?? []).map(readKeyPlace),
    rates: values['director-rate'] === undefined ? usualRates : ratesFor(readRate(values['director-rate'])),
    now: () => Date.now(),
    onFailure: tell,
  };
  demandSocketPath(options.socket);
  return { text: undefined, options, endsWithInput: values['end-with-input'] ?? false };
}

function parse(argv: readonly string[]) {
  const text = { type: 'string' } as const;
  const many = { type: 'string', multiple: true } as const;
  const flag = { type: 'boolean' } as const;
  const options = {
    folder: text,
    socket: text,
    group: text,
    key: many,
    'replace-key': many,
    'director-rate': text,
    'end-with-input': flag,
    version: flag,
    help: flag,
  } as const;
  try {
    return parseArgs({ args: [...argv], options }).values;
  } catch (cause) {
    throw new FettleError('invalid-input', `${(cause as Error).message} See --help.`, { cause });
  }
}

function readKey(text: string) {
  const at = text.indexOf('=');
  if (at > 0) return [readKeyPlace(text.slice(0, at)), text.slice(at + 1)] as const;
  throw new FettleError('invalid-input', `Expected --key [TENANT/]ROLE=LOCATOR, found "${text}".`);
}

function readRate(text: string): number {
  const rate = Number(text);
  if (Number.isSafeInteger(rate) && rate >= 1 && rate <= 1_000_000) return rate;
  throw new FettleError('invalid-input', `Expected --director-rate as a whole number from 1, found "${text}".`);
}

/** The name of a Unix socket has room for 107 bytes. @source unix(7) */
export function demandSocketPath(path: string): void {
  if (Buffer.byteLength(path) <= 107) return;
  throw new FettleError(
    'invalid-input',
    `Expected a socket path of at most 107 bytes, found ${path}. Name another with --socket.`,
  );
}

function groupIdOf(name: string): number {
  if (/^\d+$/.test(name)) return Number(name);
  const line = readFileSync('/etc/group', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  const id = Number(line?.split(':')[2] ?? Number.NaN);
  if (Number.isSafeInteger(id)) return id;
  throw new FettleError('invalid-input', `Expected a group of this machine, found "${name}".`);
}

function tell(error: unknown): void {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${JSON.stringify({ level: 'error', time: new Date().toISOString(), msg: stack })}\n`);
}
