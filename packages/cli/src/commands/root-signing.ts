import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { FettleError } from '@fettle/model';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { addCommand, type Shell, textArgument } from '../shell.ts';
import { mostRequestBytes } from '../trust/request-file.ts';
import { openChange } from '../trust/server-change.ts';
import { describeWait } from '../trust/show-change.ts';
import { type SignOptions, signChange } from '../trust/sign-change.ts';
import { signRequestFile } from '../trust/sign-request.ts';
import { staleRoles } from '../trust/stale-roles.ts';
import { standingOf } from '../trust/standing.ts';

interface SignCommandOptions extends SignOptions {
  readonly out?: string;
  readonly root?: string;
}

interface PublishOptions {
  readonly force?: boolean;
  readonly reason: string;
}

/** `root sign, publish, withdraw`. */
export function addRootSigning(root: Command, shell: Shell): void {
  addCommand<SignCommandOptions>(root, shell, {
    usage: 'sign <change>',
    summary: 'look at a staged change, or at a .tosign file without any network, and sign it',
    options: (command) =>
      command
        .requiredOption('--key <key>', 'key file or locator (docs/signers.md)')
        .option('--meaning <text>', 'what the signature says; asked for at a terminal')
        .option('--root <file>', 'trust this root instead of the pinned one')
        .option('--out <file>', 'of a .tosign file: where the signature goes'),
    run: sign,
  });
  addCommand<PublishOptions>(root, shell, {
    usage: 'publish <change>',
    summary: 'publish a change that has its signatures',
    options: (command) =>
      command
        .option('--force', 'also while a rollout is in its first phase; needs --reason')
        .option('--reason <text>', 'kept in the audit log', ''),
    run: publish,
  });
  addCommand<{ reason: string }>(root, shell, {
    usage: 'withdraw <change>',
    summary: 'give a staged change up',
    options: (command) => command.option('--reason <text>', 'kept in the audit log', ''),
    run: async (context, { reason }, args) => {
      const change = textArgument(args, 0);
      await (await context.client()).withdrawTrustChange({ change, ...(reason === '' ? {} : { reason }) });
      context.say({ change, status: 'withdrawn' }, () => `withdrawn: ${change}`);
      context.note('next: fettle root show');
      return undefined;
    },
  });
}

async function sign(context: Context, options: SignCommandOptions, args: readonly unknown[]): Promise<undefined> {
  const name = String(args[0]);
  if (name.endsWith('.tosign')) {
    const file = resolve(name);
    const text = await readBounded(file);
    const out = resolve(options.out ?? file.replace(/\.tosign$/, '.signed'));
    await signRequestFile(context, text, { ...options, out });
    return undefined;
  }
  if (options.out !== undefined) throw new FettleError('invalid-input', '--out goes with a .tosign file only.');
  const opened = await openChange(context, name, { root: options.root, now: Date.now() });
  const { view, examined, shown, about } = opened;
  if (view.status !== 'open') throw new FettleError('wrong-state', `This change is ${view.status}.`);
  const signed = new Set(view.signatures.map(({ keyId }) => keyId));
  const signature = await signChange(context, { payload: about.payload, examined, shown, signed }, options);
  const after = await (await context.client()).signTrustChange({ change: view.id, ...signature });
  await sayProgress(context, after.id, signature.keyid);
  return undefined;
}

/** Who has signed by now, and what to do next. */
export async function sayProgress(context: Context, change: string, keyid: string): Promise<void> {
  const { view, shown } = await openChange(context, change, { now: Date.now() });
  const { lacking } = shown;
  context.say({ ...view, lacking }, (style) => {
    return `${style.good('signed')} ${change} with key ${keyid.slice(0, 12)}\n${describeWait(shown)}`;
  });
  const next =
    lacking.length === 0
      ? `fettle root publish ${change}`
      : `fettle root sign ${change} --key LOCATOR, by the next officer`;
  context.note(`next: ${next}`);
}

async function publish(
  context: Context,
  { force, reason }: PublishOptions,
  args: readonly unknown[],
): Promise<undefined> {
  const change = textArgument(args as readonly string[], 0);
  const client = await context.client();
  const wish = { ...(force === true ? { force } : {}), ...(reason === '' ? {} : { reason }) };
  const published = await retryingRaces(() => client.publishTrustChange({ change, ...wish }));
  const { repository, role, version } = published;
  // A root that was just published is the one to trust from now on.
  await standingOf(context, repository);
  const stale = repository === 'image' ? await staleRoles(context) : [];
  context.say(
    { ...published, stale },
    (style) => `${style.good('published')} ${repository} ${role}, version ${version}`,
  );
  context.note(`next: ${nextAfter(published, stale)}`);
  return undefined;
}

function nextAfter(
  { repository, role }: { readonly repository: string; readonly role: string },
  stale: readonly string[],
) {
  const [first] = stale;
  if (first !== undefined) {
    return `fettle root renew ${first}: its last file is not signed by the keys of today, and devices refuse it`;
  }
  if (role !== 'root') return 'fettle release publish FILE --key LOCATOR';
  return repository === 'image' ? 'fettle root delegate FLEET --key PUBLIC-KEY-FILE' : 'fettle root show';
}

const mostRaces = 5;

async function retryingRaces<T>(attempt: () => Promise<T>): Promise<T> {
  for (let race = 1; ; race++) {
    try {
      return await attempt();
    } catch (error) {
      const overtaken = error instanceof FettleError && error.code === 'wrong-state' && /same time/.test(error.message);
      if (!overtaken || race >= mostRaces) throw error;
    }
  }
}

/** A file that was carried here, within its bound. */
export async function readBounded(file: string): Promise<string> {
  const { size } = await stat(file);
  if (size <= mostRequestBytes) return readFile(file, 'utf8');
  throw new FettleError('too-large', `${file}: expected at most ${mostRequestBytes} bytes, found ${size}.`);
}
