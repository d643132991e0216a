import {
  FettleError,
  type FleetId,
  type Group,
  type GroupName,
  groupName,
  limits,
  type ReleasePolicy,
} from '@fettle/model';
import { demand, type Scope } from '../access/scope.ts';
import { digestOf } from '../audit/digest-of.ts';
import { type Brain, fleetChanged } from '../brain.ts';
import { isNamedByPolicy, milderStageOf } from '../checks/weaker-policy.ts';
import { requireExpression } from '../expressions/require-expression.ts';
import { requireFleet } from './fleets.ts';

export interface NewGroup {
  readonly name: string;
  readonly filter: string;
  /** Whether the filter may name what no device of the fleet has ever had. */
  readonly allowUnknown?: boolean | undefined;
}

/**
 * Saves a group; a bad expression is refused with the position of the error. A group that a stage of the release policy
 * names is a part of that policy: it needs `policy.write` too.
 */
export async function saveGroup(scope: Scope, brain: Brain, fleet: FleetId, input: NewGroup): Promise<Group> {
  demand(scope, 'fleet.write');
  const group: Group = { name: groupName(input.name), fleet, filter: { text: input.filter } };
  requireNotAll(group.name);
  await brain.store.transact(scope, async (tx) => {
    const { releasePolicy } = await requireFleet(tx, fleet);
    demandPolicyRight(scope, releasePolicy, group.name);
    await requireExpression(tx, fleet, { text: input.filter, field: 'filter', allowUnknown: input.allowUnknown });
    const known = await tx.groups(fleet);
    const old = known.find((one) => one.name === group.name);
    if (!old && known.length >= limits.groupsPerFleet) {
      throw new FettleError('limit-reached', `A fleet has at most ${limits.groupsPerFleet} groups.`);
    }
    await tx.saveGroup(group);
    await tx.appendAudit({
      verb: 'group.saved',
      object: `group/${fleet}/${group.name}`,
      fleet,
      before: old ? digestOf(old) : null,
      after: digestOf(group),
      reason: group.filter.text,
    });
    const milder = milderStageOf(releasePolicy, group.name);
    if (milder && old?.filter.text !== group.filter.text) {
      // Devices that it has now are under the demands of this stage, whatever they were under before.
      const reason = `group ${group.name} of ${milder.stage} has other devices: ${group.filter.text}`.slice(0, 500);
      const digests = { before: old ? digestOf(old) : null, after: digestOf(group) };
      await tx.appendAudit({ verb: 'fleet.policy-weakened', object: `fleet/${fleet}`, fleet, ...digests, reason });
    }
  });
  fleetChanged(brain, scope.tenant, fleet);
  return group;
}

/** Deletes a group; rollouts to it reach nobody from then on. */
export async function deleteGroup(scope: Scope, brain: Brain, fleet: FleetId, name: string): Promise<void> {
  demand(scope, 'fleet.write');
  const wanted = groupName(name);
  requireNotAll(wanted);
  await brain.store.transact(scope, async (tx) => {
    const group = await tx.group(fleet, wanted);
    if (!group) throw new FettleError('not-found', `Fleet ${fleet} has no group ${name}.`);
    demandPolicyRight(scope, (await requireFleet(tx, fleet)).releasePolicy, wanted);
    await tx.deleteGroup(fleet, wanted);
    const object = `group/${fleet}/${name}`;
    await tx.appendAudit({ verb: 'group.deleted', object, fleet, before: digestOf(group), after: null, reason: '' });
  });
  fleetChanged(brain, scope.tenant, fleet);
}

export async function listGroups(scope: Scope, brain: Brain, fleet: FleetId): Promise<readonly Group[]> {
  demand(scope, 'fleet.read');
  const reads = brain.store.reads(scope);
  await requireFleet(reads, fleet);
  return reads.groups(fleet);
}

function demandPolicyRight(scope: Scope, policy: ReleasePolicy | undefined, group: GroupName): void {
  if (isNamedByPolicy(policy, group)) demand(scope, 'policy.write');
}

function requireNotAll(name: string): void {
  if (name === 'all') throw new FettleError('wrong-state', 'The group `all` is every device of the fleet, always.');
}
