import {
  type ApprovalDemand,
  FettleError,
  type Fleet,
  type FleetId,
  type Person,
  type Release,
  type ReleaseApproval,
} from '@fettle/model';
import { requireFleet } from '../fleets/fleets.ts';
import type { Reads } from '../ports.ts';
import { type ApprovalWords, approvalStatement, manifestDigest } from './approval-statement.ts';
import { demandFourEyes } from './four-eyes.ts';

export interface Prepared {
  readonly release: Release;
  readonly statement: Uint8Array;
}

/**
 * Whether a person may sign these words under a release now, and the statement that they sign.
 * @throws FettleError `forbidden`, `wrong-state`, `already-exists`, `invalid-input`, `not-found`
 */
export async function prepareApproval(
  reads: Reads,
  person: Person,
  about: { readonly fleet: FleetId; readonly version: string },
  words: ApprovalWords,
): Promise<Prepared> {
  const fleet = await requireFleet(reads, about.fleet);
  const release = await reads.releaseByVersion(about.fleet, about.version);
  if (!release) throw new FettleError('not-found', `Fleet ${about.fleet} has no release ${about.version}.`);
  if (release.status === 'revoked') throw new FettleError('wrong-state', `Release ${about.version} was revoked.`);
  if (words.reason.trim() === '') throw new FettleError('invalid-input', 'Expected a reason: what was done or seen.');
  if (words.method === 'key' && !person.key) {
    throw new FettleError('forbidden', `${person.name} has registered no key: fettle person key KEY.pub`);
  }
  demandRole(fleet, person, words);
  await demandFourEyes(reads, person, release);
  demandFirst(release, person, words);
  const check = release.clearance && (await reads.releaseCheck(release.clearance.check));
  return { release, statement: approvalStatement({ release, check }, person, words) };
}

/** What the stages of a fleet demand, each once. */
export function demandedApprovals({ releasePolicy }: Fleet): readonly ApprovalDemand[] {
  return releasePolicy?.stages.flatMap(({ approvals }) => approvals) ?? [];
}

function demandRole(fleet: Fleet, person: Person, { meaning, role }: ApprovalWords): void {
  const demands = demandedApprovals(fleet);
  if (!demands.some((one) => one.meaning === meaning && one.role === role)) {
    const known = [...new Set(demands.map((one) => `${one.meaning} by ${one.role}`))].join(', ') || 'none';
    const message = `The policy of fleet ${fleet.id} asks for no approval "${meaning}" by ${role}; it asks for: ${known}.`;
    throw new FettleError('invalid-input', message);
  }
  if (person.roles.includes(role)) return;
  const has = person.roles.join(', ') || 'none';
  throw new FettleError('forbidden', `This is signed by somebody with the role ${role}; ${person.name} has ${has}.`);
}

function demandFirst(release: Release, { id, name }: Person, { meaning }: ApprovalWords): void {
  const check = release.clearance?.check ?? null;
  const isSame = (one: ReleaseApproval) =>
    one.person === id && one.meaning === meaning && one.check === check && one.manifest === manifestDigest(release);
  if (!release.approvals?.some(isSame)) return;
  throw new FettleError('already-exists', `${name} has signed "${meaning}" for release ${release.version} already.`);
}
