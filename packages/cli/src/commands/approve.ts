import type { ApprovalStandingView } from '@fettle/api';
import { approvalPredicate, FettleError } from '@fettle/model';
import { parseStatement, type Statement, signEnvelope, statementPayloadType } from '@fettle/trust';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { shortDigest } from '../output/format.ts';
import { createStyle, type Style, safeText } from '../output/style.ts';
import { facts, table } from '../output/table.ts';
import { askPassword } from '../people/ask-password.ts';
import { statementLines } from '../people/statement-lines.ts';
import { addCommand, type Shell, textArgument } from '../shell.ts';
import { withKey } from '../trust/open-key.ts';

interface ApproveOptions {
  readonly meaning: string;
  readonly role?: string;
  readonly reason: string;
  readonly key?: string;
}

/** `fettle release approve`, `approvals`, `withdraw`: people sign for a release. */
export function addApproveCommands(release: Command, shell: Shell): void {
  addCommand<ApproveOptions>(release, shell, {
    usage: 'approve <version>',
    summary: 'sign for a release, with your password again or with your registered key',
    options: (command) =>
      command
        .requiredOption('--meaning <word>', 'what your signature says: tested, released')
        .requiredOption('--reason <text>', 'what you did or saw; part of what you sign')
        .option('--role <role>', 'role in which you sign (default: the one of yours that fits)')
        .option('--key <key>', 'key file or locator of your registered key, instead of the password'),
    run: approve,
  });
  addCommand(release, shell, {
    usage: 'approvals <version>',
    summary: 'who has signed for a release, and what each stage waits for',
    run: async (context, _, args) => {
      const fleet = await context.fleet();
      const found = await (await context.client()).showApprovals({ fleet, version: textArgument(args, 0) });
      context.say(found, (style) => describeStanding(found, style));
      return undefined;
    },
  });
  addCommand<{ meaning: string; reason?: string }>(release, shell, {
    usage: 'withdraw <version>',
    summary: 'take your signature back, until a rollout of the release has started',
    options: (command) =>
      command
        .requiredOption('--meaning <word>', 'what it says')
        .option('--reason <text>', 'kept in the audit log', 'not said'),
    run: async (context, { meaning, reason = '' }, args) => {
      const version = textArgument(args, 0);
      const fleet = await context.fleet();
      await (await context.client()).withdrawApproval({ fleet, version, meaning, reason });
      context.say(
        { version, meaning, withdrawn: true },
        (style) => `${style.waiting('withdrawn')}: ${meaning}, ${version}`,
      );
      return undefined;
    },
  });
}

async function approve(context: Context, options: ApproveOptions, args: readonly unknown[]): Promise<undefined> {
  const version = String(args[0]);
  const fleet = await context.fleet();
  const client = await context.client();
  const { meaning, reason, role, key } = options;
  const method = key === undefined ? ('password' as const) : ('key' as const);
  const wish = { fleet, version, meaning, reason, method, ...(role === undefined ? {} : { role }) };
  const { statement } = await client.draftApproval(wish);
  demandAsked(statement, { fleet, version, meaning, reason, role, method });
  context.note(`You sign:\n${statementLines(read(statement), createStyle(context.io.stderr, context.io.env))}\n`);
  const proof =
    key === undefined
      ? { password: await askPassword(context.io, 'your password, to sign this') }
      : { envelope: await signWithKey(context, key, statement) };
  const approval = await client.approveRelease({ fleet, version, statement, ...proof });
  context.say(
    approval,
    (style) => `${style.good('signed')}: ${meaning}, ${version}, by ${safeText(approval.fullName)}`,
  );
  const { stages } = await client.showApprovals({ fleet, version });
  const missing = stages.flatMap(({ stage, missing: lacking }) => lacking.map((one) => `${stage}: ${wantOf(one)}`));
  context.note(
    missing.length === 0
      ? `no signature is missing; next, by whoever may: fettle rollout start --version ${version}`
      : `waits for ${missing.join('; ')}`,
  );
  return undefined;
}

async function signWithKey(context: Context, key: string, statement: string): Promise<string> {
  const answer = context.io.ask ? await context.io.ask('Sign this? [y/N] ') : 'y';
  if (!/^y(es)?$/i.test(answer.trim())) throw new FettleError('invalid-input', 'Nothing was signed.');
  const bytes = Buffer.from(statement, 'utf8');
  return withKey(key, context.io, async (signer) => {
    return JSON.stringify(await signEnvelope(statementPayloadType, bytes, [signer]));
  });
}

interface Asked {
  readonly fleet: string;
  readonly version: string;
  readonly meaning: string;
  readonly reason: string;
  /** Undefined: whichever fits. */
  readonly role: string | undefined;
  readonly method: string;
}

/**
 * A server that drafts something else than was asked for gets no signature: not for other words, and not for a statement
 * of another type, as a waiver is one that the same key may be believed for.
 */
function demandAsked(statement: string, { fleet, version, role, ...words }: Asked): void {
  const { predicateType, predicate } = read(statement);
  const release = predicate.release as { readonly fleet?: unknown; readonly version?: unknown } | undefined;
  const isOfRelease = release?.fleet === fleet && release.version === version;
  const hasWords = Object.entries(words).every(([name, asked]) => predicate[name] === asked);
  const isInRole = role === undefined ? typeof predicate.role === 'string' : predicate.role === role;
  if (predicateType === approvalPredicate && isOfRelease && hasWords && isInRole) return;
  throw new FettleError(
    'signature-invalid',
    'The server drafted another statement than was asked for: nothing was signed.',
  );
}

function read(statement: string): Statement {
  const found = parseStatement(Buffer.from(statement, 'utf8'));
  if (found.ok) return found.statement;
  throw new FettleError('signature-invalid', `The server drafted no statement: ${found.message}`);
}

function describeStanding({ manifest, check, approvals, stages }: ApprovalStandingView, style: Style): string {
  const head = facts([
    ['manifest', manifest],
    ['check', check ?? 'none'],
  ]);
  const rows = approvals.map((one) => [
    safeText(one.meaning),
    safeText(one.role),
    safeText(one.fullName),
    one.at,
    one.counts ? style.good('counts') : style.bad('void'),
    shortDigest(one.evidence),
  ]);
  const signed =
    rows.length === 0 ? 'nobody has signed' : table(['meaning', 'role', 'who', 'when', 'standing', 'evidence'], rows);
  const lost = approvals.flatMap(({ meaning, fullName, void: left }) =>
    left.map(({ stage, why, sparesStarted }) => {
      const spared = sparesStarted ? '; rollouts that had started go on' : '';
      return `void for ${stage}: ${safeText(`${meaning} by ${fullName}, ${why}`)}${spared}`;
    }),
  );
  const waits = stages.map(({ stage, missing }) => {
    return `${stage}: ${missing.length === 0 ? style.good('signed') : style.waiting(missing.map(wantOf).join(', '))}`;
  });
  return [head, signed, lost.join('\n'), waits.join('\n')].filter((part) => part !== '').join('\n\n');
}

function wantOf(one: {
  readonly meaning: string;
  readonly role: string;
  readonly count: number;
  readonly found: number;
}) {
  return `${one.meaning} by ${one.count} × ${one.role} (found ${one.found})`;
}
