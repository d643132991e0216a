import type { TrustChangeView } from '@fettle/api';
import { FettleError, fleetId, type Repository, repositories } from '@fettle/model';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { everyRow } from '../every-row.ts';
import { wholeNumber } from '../parse/plan.ts';
import { addCommand, collect, type Shell, textArgument } from '../shell.ts';
import { matcherOf } from '../trust/named-keys.ts';
import { changeHolders, type Holders, planOf, rootOf } from '../trust/next-root.ts';
import { delegatingTo, emptyTargets, renewedTargets, withoutVersions } from '../trust/next-targets.ts';
import { tufKeysOf } from '../trust/open-key.ts';
import { sayStaged, stageFile } from '../trust/server-change.ts';
import { delegationOf, fleetFileOf, type Standing, standingOf, type StandingTargets, targetsOf } from '../trust/standing.ts';
import { expiryOf, noRoot } from './root-changes.ts';

/** How long delegations and the roles of fleets live, in days: the server refuses more than 184 and 93. */
const targetsDays = '180';
export const fleetDays = '90';

interface DelegateOptions {
  readonly key: readonly string[];
  readonly threshold: string;
  readonly days: string;
  readonly reason: string;
}

interface RevokeOptions {
  readonly add?: readonly string[];
  readonly reason: string;
}

/** `root delegate, undelegate, renew, revoke`: what changes the targets of the image repository. */
export function addRootDelegations(root: Command, shell: Shell): void {
  addCommand<DelegateOptions>(root, shell, {
    usage: 'delegate <fleet>',
    summary: 'stage who may sign releases of a fleet; for good: signed manifests are refused from then on',
    options: (command) =>
      command
        .requiredOption('--key <key>', 'public key, or locator, of somebody who signs its releases; several times', collect)
        .option('--threshold <n>', 'how many of them must sign a release', '1')
        .option('--days <n>', 'how long the delegations live', targetsDays)
        .option('--reason <text>', 'kept in the audit log', ''),
    run: async (context, options, args) => {
      const keys = await tufKeysOf(options.key, context.io);
      const holders = { keys, threshold: wholeNumber(options.threshold, '--threshold') };
      await stageDelegation(context, { fleet: fleetId(textArgument(args, 0)), holders, ...options });
      return undefined;
    },
  });
  addCommand<Omit<DelegateOptions, 'key' | 'threshold'>>(root, shell, {
    usage: 'undelegate <fleet>',
    summary: 'stage that a fleet loses its keys: the keys of the targets sign its releases, with their threshold',
    options: (command) =>
      command
        .option('--days <n>', 'how long the delegations live', targetsDays)
        .option('--reason <text>', 'kept in the audit log', ''),
    run: undelegate,
  });
  addCommand<{ days?: string; reason: string }>(root, shell, {
    usage: 'renew <role>',
    summary: 'stage the same file with a later expiry: targets, or a fleet, whose revoked releases are dropped',
    options: (command) =>
      command.option('--days <n>', 'how long it lives').option('--reason <text>', 'kept in the audit log', ''),
    run: renew,
  });
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

interface NewDelegation {
  readonly fleet: string;
  readonly holders: Holders;
  readonly days: string;
  readonly reason: string;
}

async function stageDelegation(context: Context, { fleet, holders, days, reason }: NewDelegation): Promise<void> {
  const { standing, targets } = await imageStanding(context);
  const stamp = { version: (targets?.metadata.version ?? 0) + 1, expiresAt: expiryOf(days) };
  sayOlder(context, targets, standing);
  const metadata = delegatingTo(targets?.metadata, { fleet, holders }, stamp);
  await sayStaged(context, [await stageFile(context, { repository: 'image', role: 'targets', metadata, reason })]);
}

async function undelegate(
  context: Context,
  { days, reason }: { readonly days: string; readonly reason: string },
  args: readonly unknown[],
): Promise<undefined> {
  const fleet = fleetId(String(args[0]));
  const { standing, targets } = await imageStanding(context);
  delegationOf(targets, fleet);
  const holders = planOf('image', standing.root.root).targets;
  await stageDelegation(context, { fleet, holders, days, reason });
  return undefined;
}

async function renew(
  context: Context,
  { days, reason }: { readonly days?: string; readonly reason: string },
  args: readonly unknown[],
): Promise<undefined> {
  const role = String(args[0]);
  if (role === 'root') {
    throw new FettleError('invalid-input', 'A root is renewed by its own command.', {
      details: { next: 'fettle root rotate --repository image' },
    });
  }
  const { standing, targets } = await imageStanding(context);
  if (role === 'targets') {
    const stamp = { version: (targets?.metadata.version ?? 0) + 1, expiresAt: expiryOf(days ?? targetsDays) };
    sayOlder(context, targets, standing);
    const metadata = targets ? renewedTargets(targets.metadata, stamp) : emptyTargets(stamp);
    await sayStaged(context, [await stageFile(context, { repository: 'image', role, metadata, reason })]);
    return undefined;
  }
  const fleet = fleetId(role);
  const file = await fleetFileOf(context, fleet, delegationOf(targets, fleet));
  const stamp = { version: (file?.metadata.version ?? 0) + 1, expiresAt: expiryOf(days ?? fleetDays) };
  const metadata = file ? withoutVersions(file.metadata, await revokedVersions(context, fleet), stamp) : emptyTargets(stamp);
  await sayStaged(context, [await stageFile(context, { repository: 'image', role, metadata, reason })]);
  return undefined;
}

async function revokedVersions(context: Context, fleet: string): Promise<ReadonlySet<string>> {
  const releases = await everyRow((await context.client()).all('listReleases', { fleet }));
  return new Set(releases.filter(({ status }) => status === 'revoked').map(({ version }) => version));
}

async function revoke(context: Context, options: RevokeOptions, args: readonly unknown[]): Promise<undefined> {
  const name = String(args[0]);
  const staged: TrustChangeView[] = [];
  for (const repository of repositories) {
    const change = await revokeInRoot(context, repository, { name, ...options });
    if (change) staged.push(change);
  }
  const change = await revokeInTargets(context, { name, ...options });
  if (change) staged.push(change);
  if (staged.length === 0) {
    throw new FettleError('not-found', `No root and no delegation names the key ${name.slice(0, 80)}.`, {
      details: { next: 'fettle root show' },
    });
  }
  await sayStaged(context, staged);
  return undefined;
}

interface Revocation extends RevokeOptions {
  readonly name: string;
}

async function revokeInRoot(context: Context, repository: Repository, { name, add = [], reason }: Revocation) {
  const { root } = await standingOf(context, repository);
  if (!root) return undefined;
  const isIt = await matcherOf(name, context.io);
  const plan = planOf(repository, root.root);
  const remove = new Set([...root.root.keys.values()].filter(isIt).map(({ keyid }) => keyid));
  const online = [...plan.snapshot.keys, ...plan.timestamp.keys, ...(repository === 'director' ? plan.targets.keys : [])];
  if (online.some(isIt)) throw onlineKey(name, repository);
  const has = (holders: Holders) => holders.keys.some(isIt);
  if (!has(plan.officers) && !has(plan.targets)) return undefined;
  const keys = await tufKeysOf(add, context.io);
  const without = (holders: Holders) => (has(holders) ? changeHolders(holders, { add: keys, remove }) : holders);
  const next = { ...plan, officers: without(plan.officers), targets: without(plan.targets) };
  const metadata = rootOf(next, { version: root.root.version + 1, expiresAt: expiryOf('365') });
  return stageFile(context, { repository, role: 'root', metadata, reason });
}

async function revokeInTargets(context: Context, { name, add = [], reason }: Revocation) {
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
  return stageFile(context, { repository: 'image', role: 'targets', metadata, reason });
}

function onlineKey(name: string, repository: Repository): FettleError {
  const message = `The key ${name.slice(0, 80)} is an online one: give the signer another key first.`;
  return new FettleError('wrong-state', message, {
    details: { next: `fettle signer … --replace-key ROLE, then fettle root rotate --repository ${repository} --online` },
  });
}

async function imageStanding(context: Context) {
  const standing = await standingOf(context, 'image');
  const { root } = standing;
  if (!root) throw noRoot('image');
  return { standing: { ...standing, root }, targets: await targetsOf(context, standing) };
}

function sayOlder(context: Context, targets: StandingTargets | undefined, { root }: Standing): void {
  if (!targets || targets.proven || !root) return;
  const message = `The last targets are not signed by the keys of root ${root.root.version}: read all of what follows.`;
  context.note(context.style.waiting(message));
}
