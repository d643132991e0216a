import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { FettleError } from '@fettle/model';
import { type LogPolicy, readLogPolicy, readVkey, vkeyOf } from '@fettle/trust';
import type { Command } from 'commander';
import { exportLog, folderSource } from '../audit/folder-source.ts';
import type { LogSource } from '../audit/log-source.ts';
import { type Pin, readPin, savePin } from '../audit/pins.ts';
import { serverSource } from '../audit/server-source.ts';
import { type Verification, verifyLog } from '../audit/verify-log.ts';
import type { Context } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { safeText } from '../output/style.ts';
import { facts } from '../output/table.ts';
import { addCommand, type Shell, textArgument } from '../shell.ts';

interface VerifyOptions {
  readonly vkey?: string;
  readonly policy?: string;
  readonly from?: string;
}

/** What is done with the Merkle log over audit events. */
export function addAuditLogCommands(audit: Command, shell: Shell): void {
  addChecks(audit, shell);
  addEvidence(audit, shell);
  addActs(audit, shell);
}

function addChecks(audit: Command, shell: Shell): void {
  addCommand<VerifyOptions>(audit, shell, {
    usage: 'verify',
    summary: 'verify the whole log and every event against it, with no trust in the server',
    options: (command) =>
      command
        .option('--vkey <file>', 'file with the verifier key of the log (default: the one seen first)')
        .option('--policy <file>', 'file with the keys of log and witnesses, and how many must have cosigned')
        .option('--from <folder>', 'verify what was exported, without a server; needs --vkey or --policy'),
    run: verify,
  });
}

function addEvidence(audit: Command, shell: Shell): void {
  addCommand<{ out: string }>(audit, shell, {
    usage: 'export',
    summary: 'write log, events and checkpoint into a folder that can be verified without the server',
    options: (command) => command.requiredOption('--out <folder>', 'where to; made when absent'),
    run: async (context, { out }) => {
      const folder = resolve(out);
      const entries = await exportLog(await serverSource(context), folder);
      context.say({ folder, entries }, () => `${entries} entries in ${folder}`);
      context.note(`next: fettle audit verify --from ${folder} --vkey FILE`);
      return undefined;
    },
  });
  addCommand(audit, shell, {
    usage: 'vkey',
    summary: 'show the verifier key of the log, to be pinned by others',
    run: async (context) => {
      const log = await (await serverSource(context)).log();
      context.say(log, () => log.vkey);
      return undefined;
    },
  });
  addCommand(audit, shell, {
    usage: 'proof <number>',
    summary: 'show the proof that an event is in the log, as a .tlog-proof file',
    run: async (context, _options, args) => {
      const found = await (await context.client()).auditProof({ event: textArgument(args, 0) });
      context.say(found, () => found.proof.trimEnd());
      return undefined;
    },
  });
}

function addActs(audit: Command, shell: Shell): void {
  addCommand<{ reason: string }>(audit, shell, {
    usage: 'erase <number>',
    summary: 'erase the name and the text of an event for good; proofs stay valid',
    options: (command) => command.requiredOption('--reason <text>', 'kept in the audit log'),
    run: async (context, { reason }, args) => {
      const event = textArgument(args, 0);
      await (await context.client()).eraseAuditTexts({ event, reason });
      context.say({ event, erased: true }, () => `erased name and text of event ${event}`);
      return undefined;
    },
  });
  addCommand<{ reason: string }>(audit, shell, {
    usage: 'restart',
    summary: 'begin a new log where the old one cannot go on, e.g. after a restored backup',
    options: (command) => command.requiredOption('--reason <text>', 'kept in the new log'),
    run: async (context, { reason }) => {
      const log = await (await context.client()).restartAuditLog({ reason });
      context.say(log, () => `the log is now ${log.origin}; give its key to whoever pins it:\n${log.vkey}`);
      return undefined;
    },
  });
}

async function verify(context: Context, options: VerifyOptions): Promise<ExitCode | undefined> {
  const { from } = options;
  const source = from === undefined ? await serverSource(context) : folderSource(resolve(from));
  const pin = from === undefined ? await readPin(context.io.env, source.name) : undefined;
  const { policy, isFirst } = await policyFor(source, options, pin);
  const isSame = pin !== undefined && policy.logs.some((key) => key.name === pin.origin);
  const tenant = from === undefined ? (await (await context.client()).whoami()).tenant : undefined;
  const found = await verifyLog(source, { policy, seen: isSame ? pin : undefined, tenant });
  const { problems, size, origin, root } = found;
  const vkey = policy.logs.find((key) => key.name === origin);
  if (problems.length === 0 && from === undefined && vkey) {
    await savePin(context.io.env, source.name, { origin, vkey: vkeyOf(vkey), size, root });
  }
  context.say({ ...found, root: Buffer.from(root).toString('base64'), ok: problems.length === 0 }, () => report(found));
  if (isFirst && problems.length === 0) {
    context.note('note: the key of this log was taken from the server itself, and is pinned from now on');
  }
  return problems.length === 0 ? undefined : exitCodes.refused;
}

/** Keys as given, else as pinned, else as the server says this first time. */
async function policyFor(
  source: LogSource,
  { vkey, policy, from }: VerifyOptions,
  pin: Pin | undefined,
): Promise<{ policy: LogPolicy; isFirst: boolean }> {
  if (policy !== undefined) return { policy: readLogPolicy(await readFile(policy, 'utf8')), isFirst: false };
  const given = vkey === undefined ? pin?.vkey : await readFile(vkey, 'utf8');
  if (given === undefined && from !== undefined) {
    throw new FettleError('invalid-input', 'Expected --vkey FILE or --policy FILE: an export cannot vouch for itself.');
  }
  const text = given ?? (await source.log()).vkey;
  const key = readVkey(text);
  return {
    policy: { logs: [key], witnesses: new Map(), groups: new Map(), quorum: 'none' },
    isFirst: given === undefined,
  };
}

function report({ origin, size, root, cosignedBy, erased, problems, problemsLeftOut }: Verification): string {
  if (problems.length > 0) {
    const more = problemsLeftOut > 0 ? [`  and ${problemsLeftOut} more`] : [];
    const lines = [...problems.map((one) => `  ${safeText(one)}`), ...more];
    return `the log is NOT what it should be:\n${lines.join('\n')}`;
  }
  return facts([
    ['verified', `${size} entries, every event and every tile`],
    ['log', safeText(origin)],
    ['root', Buffer.from(root).toString('base64')],
    ['cosigned', cosignedBy.map(safeText).join(', ') || 'by no witness that was asked for'],
    ['erased', `${erased} events without name or text`],
  ]);
}
