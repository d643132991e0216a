import type { TrustChangeView } from '@fettle/api';
import { FettleError, type Repository, repositories } from '@fettle/model';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { addCommand, collect, type Shell } from '../shell.ts';
import { matcherOf } from '../trust/named-keys.ts';
import { changeHolders, type Holders, planOf, rootOf } from '../trust/next-root.ts';
import { delegatingTo } from '../trust/next-targets.ts';
import { tufKeysOf } from '../trust/open-key.ts';
import { type FileToStage, sayStaged, stageFile } from '../trust/server-change.ts';
import { warnOfStaleTargets } from '../trust/stale-roles.ts';
import { standingOf, targetsOf } from '../trust/standing.ts';
import { expiryOf, rootDays } from './root-changes.ts';
import { targetsDays } from './root-delegations.ts';

interface RevokeOptions {
  readonly add?: readonly string[];
  readonly reason: string;
}

/** `root revoke`: a key loses every role that it has. */
export function addRootRevoke(root: Command, shell: Shell): void {
  addCommand<RevokeOptions>(root, shell, {
    usage: 'revoke <key>',
    summary: 'stage that a lost or stolen key loses every role it has',
    options: (command) =>
      command
        .option('--add <key>', 'public key that takes its place; several times', collect)
        .option('--reason <text>', 'kept in the audit log', ''),
    run: revoke,
  });
}

async function revoke(context: Context, options: RevokeOptions, args: readonly unknown[]): Promise<undefined> {
  const name = String(args[0]);
  const found: (FileToStage | undefined)[] = [];
  for (const repository of repositories) found.push(await revokedInRoot(context, repository, { name, ...options }));
  found.push(await revokedInTargets(context, { name, ...options }));
  // All of them are made before the first is staged: a key that cannot go everywhere goes nowhere.
  const files = found.filter((file) => file !== undefined);
  if (files.length === 0) {
    throw new FettleError('not-found', `No root and no delegation names the key ${name.slice(0, 80)}.`, {
      details: { next: 'fettle root show' },
    });
  }
  const staged: TrustChangeView[] = [];
  for (const file of files) staged.push(await stageFile(context, file));
  await sayStaged(context, staged);
  return undefined;
}

interface Revocation extends RevokeOptions {
  readonly name: string;
}

async function revokedInRoot(
  context: Context,
  repository: Repository,
  { name, add = [], reason }: Revocation,
): Promise<FileToStage | undefined> {
  const standing = await standingOf(context, repository);
  const { root } = standing;
  if (!root) return undefined;
  const isIt = await matcherOf(name, context.io);
  const plan = planOf(repository, root.root);
  const remove = new Set([...root.root.keys.values()].filter(isIt).map(({ keyid }) => keyid));
  const online = [
    ...plan.snapshot.keys,
    ...plan.timestamp.keys,
    ...(repository === 'director' ? plan.targets.keys : []),
  ];
  if (online.some(isIt)) throw onlineKey(name, repository);
  const has = (holders: Holders) => holders.keys.some(isIt);
  if (!has(plan.officers) && !has(plan.targets)) return undefined;
  const keys = await tufKeysOf(add, context.io);
  const without = (holders: Holders) => (has(holders) ? changeHolders(holders, { add: keys, remove }) : holders);
  const next = { ...plan, officers: without(plan.officers), targets: without(plan.targets) };
  const metadata = rootOf(next, { version: root.root.version + 1, expiresAt: expiryOf(rootDays) });
  await warnOfStaleTargets(context, standing, metadata);
  return { repository, role: 'root', metadata, reason };
}

async function revokedInTargets(
  context: Context,
  { name, add = [], reason }: Revocation,
): Promise<FileToStage | undefined> {
  const standing = await standingOf(context, 'image');
  const targets = await targetsOf(context, standing);
  const delegations = targets?.metadata.delegations;
  const isIt = await matcherOf(name, context.io);
  const concerned = (delegations?.roles ?? []).filter(({ keyids }) =>
    keyids.some((keyid) => {
      const key = delegations?.keys.get(keyid);
      return key !== undefined && isIt(key);
    }),
  );
  if (!targets || !delegations || concerned.length === 0) return undefined;
  const keys = await tufKeysOf(add, context.io);
  const stamp = { version: targets.metadata.version + 1, expiresAt: expiryOf(targetsDays) };
  let metadata = targets.metadata;
  for (const role of concerned) {
    const before = role.keyids.flatMap((keyid) => delegations.keys.get(keyid) ?? []);
    const remove = new Set(before.filter(isIt).map(({ keyid }) => keyid));
    const holders = changeHolders({ keys: before, threshold: role.threshold }, { add: keys, remove });
    metadata = delegatingTo(metadata, { fleet: role.name, holders }, stamp);
  }
  return { repository: 'image', role: 'targets', metadata, reason };
}

function onlineKey(name: string, repository: Repository): FettleError {
  const message = `The key ${name.slice(0, 80)} is an online one: give the signer another key first.`;
  return new FettleError('wrong-state', message, {
    details: {
      next: `fettle signer … --replace-key ROLE, then fettle root rotate --repository ${repository} --online`,
    },
  });
}
