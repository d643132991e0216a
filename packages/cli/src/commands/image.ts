import { readFile, stat, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { bytesSource, inspectImage, judgeImage, recognise, writeMcuboot } from '@fettle/images';
import { FettleError } from '@fettle/model';
import { keyIdOf } from '@fettle/trust';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { describeInspection } from '../image/describe-inspection.ts';
import { withFileSource } from '../image/file-source.ts';
import { imageKeyOf } from '../image/image-key.ts';
import { formatBytes } from '../output/format.ts';
import { wholeNumber } from '../parse/plan.ts';
import { addCommand, addNoun, collect, type Shell, textArgument } from '../shell.ts';
import { withKey } from '../trust/open-key.ts';
import { addImagePolicyCommands } from './image-policy.ts';

/** `fettle image`: what is in an image, signing one for secure boot, and what a fleet demands of them. */
export function addImageCommands(program: Command, shell: Shell): void {
  const image = addNoun(program, 'image', 'images of firmware: look into one, sign one, demand signatures');
  addCommand<{ key?: readonly string[] }>(image, shell, {
    usage: 'inspect <file>',
    summary: 'show what an image says of itself, and what of that is true',
    options: (command) =>
      command.option('--key <key>', 'public key that it has to be signed by; several times for several', collect),
    run: inspect,
  });
  addCommand<SignOptions>(image, shell, {
    usage: 'sign <file>',
    summary: 'make an image for a boot loader of a program, signed by a key file, a token, Vault or KMS',
    options: (command) =>
      command
        .requiredOption('--format <format>', 'mcuboot')
        .requiredOption('--version <version>', 'version that the image states, e.g. 1.4.0 or 1.4.0+12')
        .requiredOption('--key <key>', 'key file or locator; Ed25519, ECDSA P-256 or RSA-3072')
        .requiredOption('--out <file>', 'where the signed image goes')
        .option('--counter <number>', 'security counter: the boot loader refuses images below the highest it has seen')
        .option('--header-size <bytes>', 'bytes before the program, as its linker script says (default: 32)')
        .option('--load-address <address>', 'where the boot loader copies it to, e.g. 0x20000000'),
    run: sign,
  });
  addImagePolicyCommands(image, shell);
}

async function inspect(
  context: Context,
  { key = [] }: { readonly key?: readonly string[] },
  args: readonly unknown[],
): Promise<ExitCode | undefined> {
  const keys = await Promise.all(key.map((one) => imageKeyOf(one, context.io)));
  const found = await withFileSource(resolve(textArgument(args as readonly string[], 0)), (source) =>
    inspectImage(source, { keys: keys.map((one) => ({ key: one })) }),
  );
  const judgement = judgeImage(found, keys.length === 0 ? {} : { signedBy: keys.map(keyIdOf) });
  context.say({ ...found, ...judgement }, (style) => describeInspection(found, judgement, style));
  // Whoever named a key wants to know whether it is by that key; who named none only what is in it.
  const isGood = keys.length === 0 ? judgement.verdict !== 'fail' : judgement.verdict === 'pass';
  return isGood ? undefined : exitCodes.badOutcome;
}

interface SignOptions {
  readonly format: string;
  readonly version: string;
  readonly key: string;
  readonly out: string;
  readonly counter?: string;
  readonly headerSize?: string;
  readonly loadAddress?: string;
}

/** What the writer takes at most; more is not read. */
const mostBytes = 16_777_216;

async function sign(context: Context, options: SignOptions, args: readonly unknown[]): Promise<undefined> {
  const { format, version, counter, headerSize, loadAddress } = options;
  if (format !== 'mcuboot') {
    throw new FettleError('invalid-input', `--format: expected mcuboot, found "${format}".`);
  }
  const file = resolve(textArgument(args as readonly string[], 0));
  const body = await readProgram(file);
  const input = {
    body,
    version,
    ...(counter === undefined ? {} : { counter: wholeNumber(counter, '--counter', 0) }),
    ...(headerSize === undefined ? {} : { headerSize: wholeNumber(headerSize, '--header-size', 32) }),
    ...(loadAddress === undefined ? {} : { loadAddress: addressOf(loadAddress) }),
  };
  const out = resolve(options.out);
  const signed = await withKey(options.key, context.io, async (signer) => {
    return { bytes: await writeMcuboot(input, signer), keyId: signer.keyId };
  });
  await writeFile(out, signed.bytes, { flag: 'wx' });
  const said = { file: out, format, version, counter: input.counter ?? null, keyId: signed.keyId };
  context.say({ ...said, sizeBytes: signed.bytes.length }, (style) => {
    const how = `${version}${input.counter === undefined ? '' : `, counter ${input.counter}`}`;
    return `${style.good('signed')} ${out}: mcuboot ${how}, ${formatBytes(signed.bytes.length)}, key ${signed.keyId}`;
  });
  return undefined;
}

async function readProgram(file: string): Promise<Uint8Array> {
  const { size } = await stat(file);
  if (size === 0) throw new FettleError('invalid-input', `${file}: expected a program, found an empty file.`);
  if (size > mostBytes) {
    throw new FettleError('too-large', `${file}: expected at most ${mostBytes} bytes of program, found ${size}.`);
  }
  const body = await readFile(file);
  if ((await recognise(bytesSource(body))) !== 'mcuboot') return body;
  const message = `${file}: expected a program, found an image for MCUboot: inside of another one it would not start.`;
  throw new FettleError('invalid-input', message, { details: { next: `fettle image inspect ${file}` } });
}

function addressOf(text: string): number {
  const value = /^(?:0x[0-9a-f]{1,8}|\d{1,10})$/i.test(text) ? Number(text) : Number.NaN;
  if (value <= 0xffffffff) return value;
  throw new FettleError('invalid-input', `--load-address: expected an address such as 0x20000000, found "${text}".`);
}
