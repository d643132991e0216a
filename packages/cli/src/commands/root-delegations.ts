import { FettleError, fleetId } from '@fettle/model';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { everyRow } from '../every-row.ts';
import { wholeNumber } from '../parse/plan.ts';
import { addCommand, collect, type Shell, textArgument } from '../shell.ts';
import { type Holders, planOf } from '../trust/next-root.ts';
import { delegatingTo, emptyTargets, renewedTargets, withoutVersions } from '../trust/next-targets.ts';
import { tufKeysOf } from '../trust/open-key.ts';
import { sayStaged, stageFile } from '../trust/server-change.ts';
import {
  delegationOf,
  fleetFileOf,
  type Standing,
  type StandingTargets,
  standingOf,
  targetsOf,
} from '../trust/standing.ts';
import { expiryOf, noRoot } from './root-changes.ts';

/** How long delegations and the roles of fleets live, in days: the server refuses more than 184 and 93. */
export const targetsDays = '180';
export const fleetDays = '90';

interface DelegateOptions {
  readonly key: readonly string[];
  readonly threshold: string;
  readonly days: string;
  readonly reason: string;
}

/** `root delegate, undelegate, renew`: what changes the targets of the image repository. */
export function addRootDelegations(root: Command, shell: Shell): void {
  addCommand<DelegateOptions>(root, shell, {
    usage: 'delegate <fleet>',
    summary: 'stage who may sign releases of a fleet; for good: signed manifests are refused from then on',
    options: (command) =>
      command
        .requiredOption(
          '--key <key>',
          'public key, or locator, of somebody who signs its releases; several times',
          collect,
        )
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
  const metadata = file
    ? withoutVersions(file.metadata, await revokedVersions(context, fleet), stamp)
    : emptyTargets(stamp);
  await sayStaged(context, [await stageFile(context, { repository: 'image', role, metadata, reason })]);
  return undefined;
}

async function revokedVersions(context: Context, fleet: string): Promise<ReadonlySet<string>> {
  const releases = await everyRow((await context.client()).all('listReleases', { fleet }));
  return new Set(releases.filter(({ status }) => status === 'revoked').map(({ version }) => version));
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
