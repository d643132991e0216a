import type { RootMetadata } from '@fettle/trust';
import type { Context } from '../context.ts';
import { readTargets } from './examine-change.ts';
import { delegationOf, fleetFileOf, type Standing, standingOf, targetsOf } from './standing.ts';

/** Roles of the image repository whose last file is not signed by those who may sign it today: clients refuse them. */
export async function staleRoles(context: Context): Promise<readonly string[]> {
  const standing = await standingOf(context, 'image');
  const targets = await targetsOf(context, standing);
  if (!targets) return [];
  if (!targets.proven) return ['targets'];
  const stale: string[] = [];
  for (const { name } of targets.metadata.delegations?.roles ?? []) {
    const file = await fleetFileOf(context, name, delegationOf(targets, name));
    if (file && !file.proven) stale.push(name);
  }
  return stale;
}

/** Says it when a new root would leave targets behind that nobody vouches for: better renew them first. */
export async function warnOfStaleTargets(context: Context, standing: Standing, next: RootMetadata): Promise<void> {
  if (standing.name.repository !== 'image') return;
  const targets = await targetsOf(context, standing);
  if (!targets?.proven) return;
  const group = { what: 'the targets keys', role: next.roles.targets, keys: next.keys };
  if (readTargets(targets.text, [group]).proven) return;
  const warning =
    'The last targets are signed with a key that leaves: devices refuse them once this root is published.';
  context.note(
    `${context.style.waiting(warning)}\n  Better first: fettle root renew targets, signed by those who stay`,
  );
}
