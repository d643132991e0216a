import { FettleError, type Repository, repositories } from '@fettle/model';
import type { RootMetadata } from '@fettle/trust';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { wholeNumber } from '../parse/plan.ts';
import { addCommand, collect, type Shell } from '../shell.ts';
import { keyidsIn } from '../trust/named-keys.ts';
import { changeHolders, firstPlan, inDays, planOf, type RootPlan, rootOf, withOnline } from '../trust/next-root.ts';
import { onlineHolders } from '../trust/online-keys.ts';
import { tufKeysOf } from '../trust/open-key.ts';
import { sayStaged, stageFile } from '../trust/server-change.ts';
import { warnOfStaleTargets } from '../trust/stale-roles.ts';
import { standingOf } from '../trust/standing.ts';

interface InitOptions {
  readonly repository: string;
  readonly officer: readonly string[];
  readonly threshold: string;
  readonly targetsKey?: readonly string[];
  readonly targetsThreshold?: string;
  readonly days: string;
  readonly reason: string;
}

interface RotateOptions extends Partial<Omit<InitOptions, 'repository' | 'officer' | 'days' | 'reason'>> {
  readonly repository: string;
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
  readonly addTargets?: readonly string[];
  readonly removeTargets?: readonly string[];
  readonly online?: boolean;
  readonly root?: string;
  readonly days: string;
  readonly reason: string;
}

/** How long a root may live, in days: the server refuses more than 366. */
export const rootDays = '365';

/** `root init` and `root rotate`: the first root of a repository, and the next. */
export function addRootChanges(root: Command, shell: Shell): void {
  addCommand<InitOptions>(root, shell, {
    usage: 'init',
    summary: 'stage the first root of a repository, to be signed by its officers',
    options: (command) =>
      command
        .requiredOption('--repository <name>', repositories.join(' or '))
        .requiredOption('--officer <key>', 'public key of an officer; several times', collect)
        .option('--threshold <n>', 'how many officers must sign a root', '2')
        .option('--targets-key <key>', 'who signs delegations (default: the officers); several times', collect)
        .option('--targets-threshold <n>', 'how many of them (default: as for the root)')
        .option('--days <n>', 'how long this root lives', rootDays)
        .option('--reason <text>', 'kept in the audit log', ''),
    run: init,
  });
  addCommand<RotateOptions>(root, shell, {
    usage: 'rotate',
    summary: 'stage the next root: other keys, another threshold, a later expiry',
    options: (command) =>
      command
        .requiredOption('--repository <name>', repositories.join(' or '))
        .option('--add <key>', 'public key of a new officer; several times', collect)
        .option('--remove <key>', 'an officer who leaves: public key or keyid; several times', collect)
        .option('--threshold <n>', 'how many officers must sign from now on')
        .option('--add-targets <key>', 'somebody more who signs delegations; several times', collect)
        .option('--remove-targets <key>', 'somebody who signs delegations no longer; several times', collect)
        .option('--targets-threshold <n>', 'how many must sign delegations from now on')
        .option('--online', 'name the online keys that the signer has now')
        .option('--root <file>', 'trust this root instead of the pinned one')
        .option('--days <n>', 'how long this root lives', rootDays)
        .option('--reason <text>', 'kept in the audit log', ''),
    run: rotate,
  });
}

async function init(context: Context, options: InitOptions): Promise<undefined> {
  const repository = readRepository(options.repository);
  const { reason } = options;
  const standing = await standingOf(context, repository);
  if (standing.root) {
    const message = `The ${repository} repository has a root already: version ${standing.root.root.version}.`;
    throw new FettleError('already-exists', message, {
      details: { next: `fettle root rotate --repository ${repository}` },
    });
  }
  const officers = {
    keys: await tufKeysOf(options.officer, context.io),
    threshold: wholeNumber(options.threshold, '--threshold'),
  };
  const targets = await firstTargets(context, options, officers);
  const online = await onlineHolders(context, await context.client(), repository);
  const plan = firstPlan(repository, { officers, targets }, online);
  const root = rootOf(plan, { version: 1, expiresAt: expiryOf(options.days) });
  await sayStaged(context, [await stageFile(context, { repository, role: 'root', metadata: root, reason })]);
  return undefined;
}

async function firstTargets(context: Context, options: InitOptions, officers: RootPlan['officers']) {
  const { targetsKey, targetsThreshold } = options;
  if (options.repository === 'director' && (targetsKey || targetsThreshold)) {
    throw new FettleError('invalid-input', 'The targets of a director are signed online: leave --targets-key out.');
  }
  const threshold = targetsThreshold ?? (targetsKey ? String(Math.min(2, targetsKey.length)) : options.threshold);
  return {
    keys: targetsKey ? await tufKeysOf(targetsKey, context.io) : officers.keys,
    threshold: wholeNumber(threshold, '--targets-threshold'),
  };
}

async function rotate(context: Context, options: RotateOptions): Promise<undefined> {
  const repository = readRepository(options.repository);
  const standing = await standingOf(context, repository, { root: options.root });
  const { root } = standing;
  if (!root) throw noRoot(repository);
  const before = planOf(repository, root.root);
  const next = await rotated(context, before, options);
  const metadata: RootMetadata = {
    ...rootOf(next, { version: root.root.version + 1, expiresAt: expiryOf(options.days) }),
    unknown: root.root.unknown,
  };
  await warnOfStaleTargets(context, standing, metadata);
  const { reason } = options;
  await sayStaged(context, [await stageFile(context, { repository, role: 'root', metadata, reason })]);
  return undefined;
}

async function rotated(context: Context, before: RootPlan, options: RotateOptions): Promise<RootPlan> {
  const { io } = context;
  const isDirector = before.repository === 'director';
  if (isDirector && (options.addTargets || options.removeTargets || options.targetsThreshold)) {
    throw new FettleError('invalid-input', 'The targets of a director are signed online: use --online.');
  }
  const officers = changeHolders(before.officers, {
    add: await tufKeysOf(options.add ?? [], io),
    remove: await keyidsIn(options.remove ?? [], before.officers.keys, io),
    threshold: optionalNumber(options.threshold, '--threshold'),
  });
  const targets = changeHolders(before.targets, {
    add: await tufKeysOf(options.addTargets ?? [], io),
    remove: await keyidsIn(options.removeTargets ?? [], before.targets.keys, io),
    threshold: optionalNumber(options.targetsThreshold, '--targets-threshold'),
  });
  const plan = { ...before, officers, targets };
  if (options.online !== true) return plan;
  return withOnline(plan, await onlineHolders(context, await context.client(), before.repository));
}

export function readRepository(text: string): Repository {
  const found = repositories.find((name) => name === text);
  if (found) return found;
  throw new FettleError('invalid-input', `--repository: expected ${repositories.join(' or ')}, found "${text}".`);
}

/** The expiry of a file that is to live so many days. */
export function expiryOf(days: string): number {
  return inDays(Date.now(), wholeNumber(days, '--days'));
}

export function noRoot(repository: Repository): FettleError {
  return new FettleError('wrong-state', `The ${repository} repository has no root yet.`, {
    details: { next: `fettle root init --repository ${repository} --officer PUBLIC-KEY-FILE` },
  });
}

function optionalNumber(text: string | undefined, option: string): number | undefined {
  return text === undefined ? undefined : wholeNumber(text, option);
}
