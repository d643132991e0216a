import { policyProblem } from '@fettle/gates';
import { FettleError, type Fleet, type FleetId, groupName, type KeyDemand, type ReleasePolicy } from '@fettle/model';
import { readPublicKey } from '@fettle/trust';
import { demand, type Scope } from '../access/scope.ts';
import { digestOf } from '../audit/digest-of.ts';
import { type Brain, fleetChanged } from '../brain.ts';
import { requireFleet } from '../fleets/fleets.ts';
import type { Writes } from '../ports.ts';
import { policyDigest } from './policy-digest.ts';
import { rejudgeReleases } from './rejudge.ts';
import { weakenings } from './weaker-policy.ts';

/** A policy as people write it: group names are not checked yet. */
export type NewReleasePolicy = Omit<ReleasePolicy, 'stages'> & {
  readonly stages: readonly (Omit<ReleasePolicy['stages'][number], 'groups'> & {
    readonly groups: readonly string[];
  })[];
};

export async function getReleasePolicy(scope: Scope, brain: Brain, id: FleetId): Promise<ReleasePolicy | undefined> {
  demand(scope, 'fleet.read');
  return (await requireFleet(brain.store.reads(scope), id)).releasePolicy;
}

/**
 * Replaces what a fleet demands of its releases; every published release is judged anew by it, on what its gates found.
 * @param policy undefined: nothing is demanded any more
 * @throws FettleError `invalid-input` with the place of what is wrong
 */
export async function setReleasePolicy(
  scope: Scope,
  brain: Brain,
  id: FleetId,
  policy: NewReleasePolicy | undefined,
): Promise<ReleasePolicy | undefined> {
  demand(scope, 'policy.write');
  const releasePolicy = policy && readPolicy(policy);
  await brain.store.transact(scope, async (tx) => {
    const fleet = await requireFleet(tx, id);
    const { releasePolicy: _, ...rest } = fleet;
    const next: Fleet = releasePolicy ? { ...rest, releasePolicy } : rest;
    if (digestOf(next) === digestOf(fleet)) return;
    await tx.updateFleet(next);
    await tx.appendAudit({
      verb: 'fleet.policy-changed',
      object: `fleet/${id}`,
      fleet: id,
      before: policyDigest(fleet.releasePolicy),
      after: policyDigest(releasePolicy),
      reason: releasePolicy ? inWords(releasePolicy) : 'nothing is demanded of releases any more',
    });
    await tellWeakened(tx, id, { before: fleet.releasePolicy, after: releasePolicy });
  });
  if (releasePolicy) await rejudgeReleases(scope, brain, id);
  fleetChanged(brain, scope.tenant, id);
  return releasePolicy;
}

/** Who weakens what releases have to show does it before everybody's eyes: this is a notice too. */
async function tellWeakened(
  tx: Pick<Writes, 'appendAudit'>,
  fleet: FleetId,
  { before, after }: { readonly before: ReleasePolicy | undefined; readonly after: ReleasePolicy | undefined },
): Promise<void> {
  const weaker = weakenings(before, after);
  if (weaker.length === 0) return;
  await tx.appendAudit({
    verb: 'fleet.policy-weakened',
    object: `fleet/${fleet}`,
    fleet,
    before: policyDigest(before),
    after: policyDigest(after),
    reason: weaker.join('; ').slice(0, 500),
  });
}

function inWords({ stages, dataSets }: ReleasePolicy): string {
  const data =
    dataSets && `. Vulnerability data count when ${dataSets.threshold} of ${dataSets.keys.length} keys signed`;
  const demanded = stages
    .map(({ stage, demands, approvals }) => {
      const people = approvals.map(({ meaning, role, count }) => `${count} × ${meaning} by ${role}`).join(', ');
      return `${stage}: ${demands.map(({ gate }) => gate).join(', ') || 'nothing'}${people && `; ${people}`}`;
    })
    .join('. ');
  return `${demanded.slice(0, 400)}${data ?? ''}`;
}

/** @throws FettleError `invalid-input` */
export function readPolicy(policy: NewReleasePolicy): ReleasePolicy {
  const problem = policyProblem(policy);
  if (problem) {
    const message = `The policy is not as it should be at ${problem.place}: ${problem.message}.`;
    throw new FettleError('invalid-input', message, { details: { place: problem.place } });
  }
  const { stages, settings, waivers, dataSets, onNewFindings } = policy;
  return {
    stages: stages.map((stage) => ({ ...stage, groups: stage.groups.map(groupName) })),
    settings,
    waivers: { keys: differentKeys(waivers), threshold: waivers.threshold },
    ...(dataSets ? { dataSets: readDataSetKeys(dataSets) } : {}),
    onNewFindings,
  };
}

function differentKeys({ keys }: KeyDemand): readonly string[] {
  return [...new Set(keys.map(pemOf))];
}

/** The same key twice is one key: it could not reach a threshold of two. */
function readDataSetKeys(demanded: KeyDemand): KeyDemand {
  const keys = differentKeys(demanded);
  const { threshold } = demanded;
  if (threshold <= keys.length) return { keys, threshold };
  const message = `The policy is not as it should be at dataSets.keys: expected ${threshold} different keys, found ${keys.length}.`;
  throw new FettleError('invalid-input', message, { details: { place: 'dataSets.keys' } });
}

function pemOf(pem: string): string {
  return readPublicKey(pem).key.export({ format: 'pem', type: 'spki' }).toString();
}
