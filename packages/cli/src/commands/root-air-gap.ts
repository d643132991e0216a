import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { FettleError } from '@fettle/model';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { addCommand, type Shell, textArgument } from '../shell.ts';
import { rememberRequest, requestDigest } from '../trust/open-requests.ts';
import { readSignature, sha256, writeRequest } from '../trust/request-file.ts';
import { openChange } from '../trust/server-change.ts';
import { readBounded, sayProgress } from './root-signing.ts';

/** `root request, import`: to a machine without a network, and back. */
export function addRootAirGap(root: Command, shell: Shell): void {
  addCommand<{ out?: string }>(root, shell, {
    usage: 'request <change>',
    summary: 'write a change into a .tosign file for a machine without a network',
    options: (command) => command.option('--out <file>', 'where to (default: CHANGE.tosign)'),
    run: request,
  });
  addCommand(root, shell, {
    usage: 'import <file>',
    summary: 'bring a .signed file to the server',
    run: importSignature,
  });
}

async function request(
  context: Context,
  { out }: { readonly out?: string },
  args: readonly unknown[],
): Promise<undefined> {
  const change = textArgument(args as readonly string[], 0);
  const { view, name, about, evidence, shown } = await openChange(context, change, { now: Date.now() });
  if (view.status !== 'open') throw new FettleError('wrong-state', `This change is ${view.status}.`);
  const { repository, role, requestedBy, reason, payload } = about;
  const text = writeRequest({
    change: view.id,
    origin: name.origin,
    repository: name.repository,
    role,
    version: view.version,
    payload,
    summary: shown.summary,
    keyids: shown.maySign,
    requestedBy,
    reason,
    created: Date.now(),
    expires: Date.parse(view.expiresAt),
    evidence,
  });
  const file = resolve(out ?? `${view.id}.tosign`);
  await writeFile(file, text, { flag: 'wx', mode: 0o644 });
  await rememberRequest(context.io.env, view.id, sha256(text));
  context.say(
    { change: view.id, repository, role, version: view.version, file, sha256: sha256(text) },
    (style) => `${style.strong(file)}\nSHA-256 ${sha256(text)}`,
  );
  context.note(`next: carry it over, then there: fettle root sign ${file} --key LOCATOR --out FILE.signed`);
  return undefined;
}

async function importSignature(context: Context, _: unknown, args: readonly unknown[]): Promise<undefined> {
  const file = resolve(textArgument(args as readonly string[], 0));
  const { change, keyid, sig, meaning, requestSha256 } = readSignature(await readBounded(file));
  const known = await requestDigest(context.io.env, change);
  if (known !== undefined && !known.includes(requestSha256)) {
    throw new FettleError('digest-mismatch', `${file}: it answers another request than the one that was made here.`, {
      details: { next: `fettle root request ${change} --out FILE.tosign` },
    });
  }
  // The server verifies it too, and that the change still waits.
  await (await context.client()).signTrustChange({ change, keyid, sig, meaning });
  await sayProgress(context, change, keyid);
  return undefined;
}
