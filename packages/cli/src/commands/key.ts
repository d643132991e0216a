import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { FettleError } from '@fettle/model';
import { type KeyKind, type PublicKey, tufKeyOf } from '@fettle/trust';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { facts } from '../output/table.ts';
import { createKeyFile, defaultKeyFile, publicKeyFile } from '../publish/key-file.ts';
import { addCommand, addNoun, type Shell } from '../shell.ts';
import { openKey, pemOf, publicHalfOf, secretsOf } from '../trust/open-key.ts';

const algorithms: Readonly<Record<string, KeyKind>> = {
  ed25519: 'ed25519',
  p256: 'ecdsa-p256',
  rsa3072: 'rsa-pss',
  'ml-dsa-44': 'ml-dsa-44',
};

interface CreateOptions {
  readonly out?: string;
  readonly algorithm: string;
  readonly encrypt?: boolean;
  readonly passphraseSource?: string;
}

/** `fettle key`: keys that sign, whose private halves never leave where they are. */
export function addKeyCommands(program: Command, shell: Shell): void {
  const key = addNoun(program, 'key', 'keys that sign: releases, roots, delegations');
  addCommand<CreateOptions>(key, shell, {
    usage: 'create',
    summary: 'make a key pair: FILE (mode 0600) and FILE.pub, or in a PKCS#11 token',
    options: (command) =>
      command
        .option('--out <place>', 'a file, or a pkcs11: locator (default: release.key in your settings folder)')
        .option('--algorithm <name>', Object.keys(algorithms).join(', '), 'ed25519')
        .option('--encrypt', 'encrypt the file by a passphrase, which is asked for or read from --passphrase-source')
        .option('--passphrase-source <source>', 'file:PATH, fd:NUMBER or env:NAME'),
    run: create,
  });
  addCommand<{ key?: string; out?: string }>(key, shell, {
    usage: 'show [locator]',
    summary: 'show the ids and the public half of a key: a file, a public key file, pkcs11:, vault:, awskms:',
    options: (command) =>
      command
        .option('--key <file>', 'key file (default: the one in your settings folder)')
        .option('--out <file>', 'write the public half there, for officers and fleets'),
    run: show,
  });
}

async function create(context: Context, options: CreateOptions): Promise<undefined> {
  const kind = algorithms[options.algorithm];
  if (!kind) {
    const known = Object.keys(algorithms).join(', ');
    throw new FettleError('invalid-input', `--algorithm: expected one of ${known}, found "${options.algorithm}".`);
  }
  if (options.out?.startsWith('pkcs11:')) return createInToken(context, options.out, kind);
  const file = resolve(options.out ?? defaultKeyFile(context.io.env));
  const passphrase = options.encrypt === true ? await newPassphrase(context, options.passphraseSource) : undefined;
  const publicKey = await createKeyFile(file, { kind, passphrase });
  const made = { ...idsOf(publicKey), keyFile: file, publicKeyFile: publicKeyFile(file) };
  const careful =
    passphrase === undefined ? 'keep it safe: whoever has it can sign' : 'encrypted; keep the passphrase apart';
  context.say(made, (style) =>
    facts([
      ['key', style.strong(made.keyId)],
      ['in metadata', made.tufKeyId],
      ['private', `${made.keyFile} (${careful})`],
      ['public', made.publicKeyFile],
    ]),
  );
  // What a key is for is known only of the default one: in the fleet's list another would sign releases.
  if (options.out === undefined) context.note(`next: fettle fleet key add ${made.publicKeyFile}`);
  return undefined;
}

async function createInToken(context: Context, locator: string, kind: KeyKind): Promise<undefined> {
  if (kind !== 'ed25519' && kind !== 'ecdsa-p256') {
    throw new FettleError('invalid-input', 'In a token keys are ed25519 or p256.');
  }
  const { generateTokenKey } = await import('@fettle/signers/pkcs11');
  const made = idsOf(await generateTokenKey(locator, kind, { readSecret: secretsOf(context.io) }));
  context.say({ ...made, locator }, (style) =>
    facts([
      ['key', style.strong(made.keyId)],
      ['in metadata', made.tufKeyId],
      ['private', 'in the token, which it cannot leave'],
    ]),
  );
  context.note(`next: fettle key show '${locator}' --out KEY.pub`);
  return undefined;
}

async function show(
  context: Context,
  options: { readonly key?: string; readonly out?: string },
  args: readonly unknown[],
): Promise<undefined> {
  const [named] = args;
  const place = typeof named === 'string' ? named : (options.key ?? defaultKeyFile(context.io.env));
  const isRemote = /^(?:pkcs11|vault|awskms):/.test(place);
  const found = isRemote ? await lookAt(context, place) : { publicKey: await publicHalfOf(place, context.io) };
  const { publicKey, ...more } = found;
  const half = { ...idsOf(publicKey), publicKeyPem: pemOf(publicKey) };
  if (options.out !== undefined) await writeFile(resolve(options.out), half.publicKeyPem, { flag: 'wx', mode: 0o644 });
  const where = 'locator' in more ? more : { keyFile: resolve(place.replace(/^file:/, '')) };
  context.say({ ...half, ...where }, (style) => {
    return `${style.strong(half.keyId)}\nin metadata ${half.tufKeyId} (${half.algorithm})\n${half.publicKeyPem.trimEnd()}`;
  });
  if ('locator' in more) context.note(`this very key, also after a rotation: ${more.locator}`);
  return undefined;
}

/** A key that is far away, with the locator that opens the same version of it for ever. */
async function lookAt({ io }: Context, text: string) {
  const { publicKey, protection, locator, close } = await openKey(text, io);
  await close();
  return { publicKey, protection, locator };
}

function idsOf(publicKey: PublicKey) {
  const algorithm = Object.keys(algorithms).find((name) => algorithms[name] === publicKey.kind) ?? publicKey.kind;
  return { keyId: publicKey.id, tufKeyId: tufKeyOf(publicKey).keyid, algorithm };
}

async function newPassphrase({ io }: Context, source: string | undefined): Promise<string> {
  const read = secretsOf(io);
  if (source !== undefined || !io.ask) return read({ source, what: 'passphrase of the new key' });
  const first = await read({ what: 'passphrase of the new key' });
  if ((await read({ what: 'the same passphrase again' })) === first) return first;
  throw new FettleError('invalid-input', 'The passphrases differ: nothing was made.');
}
