import {
  type ApprovalDemand,
  FettleError,
  type Fleet,
  type FleetId,
  type Instant,
  type Person,
  type Release,
  type ReleaseApproval,
  whyVoid,
} from '@fettle/model';
import { requireFleet } from '../fleets/fleets.ts';
import type { Reads } from '../ports.ts';
import { type ApprovalWords, approvalStatement, manifestDigest } from './approval-statement.ts';
import { demandFourEyes } from './four-eyes.ts';
import { stagesThatAsk } from './judge-approvals.ts';
import { judgeToday, type KnownReports, reportsOf } from './judge-today.ts';
import type { ShownJudgement } from './judgement.ts';

/** What a person is asked to sign for. */
export interface ApprovalSubject {
  readonly fleet: FleetId;
  readonly version: string;
  /** Waivers that are over by then count no more, also when the words are older. */
  readonly now: Instant;
  /** What was read of a check already: it never changes. */
  readonly known?: KnownReports | undefined;
}

export interface Prepared {
  readonly release: Release;
  readonly statement: Uint8Array;
  readonly shown: ShownJudgement | undefined;
  readonly known: KnownReports;
}

/**
 * Whether a person may sign these words under a release now, and the statement that they sign.
 * @throws FettleError `forbidden`, `wrong-state`, `already-exists`, `invalid-input`, `not-found`
 */
export async function prepareApproval(
  reads: Reads,
  person: Person,
  about: ApprovalSubject,
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
  await demandFourEyes(reads, { person, role: words.role, now: about.now }, release);
  demandFirst(fleet, release, { person, words });
  const known = await reportsOf(reads, release, about.known);
  const shown = await judgeToday(reads, { fleet, release, known, now: about.now });
  return { release, shown, known, statement: approvalStatement({ release, shown, ...known }, person, words) };
}

/** What the stages of a fleet demand, each once. */
export function demandedApprovals({ releasePolicy }: Fleet): readonly ApprovalDemand[] {
  return releasePolicy?.stages.flatMap(({ approvals }) => approvals) ?? [];
}

function demandRole(fleet: Fleet, person: Person, { meaning, role }: ApprovalWords): void {
  const demands = demandedApprovals(fleet);
  if (!demands.some((one) => one.meaning === meaning && one.role === role)) {
    const known = [...new Set(demands.map((one) => `${one.meaning} by ${one.role}`))].join(', ') || 'none';
    const message = `The policy of fleet ${fleet.id} asks for no approval "${meaning}"${role === '' ? '' : ` by ${role}`}; it asks for: ${known}.`;
    throw new FettleError('invalid-input', message);
  }
  if (person.roles.includes(role)) return;
  const has = person.roles.join(', ') || 'none';
  throw new FettleError('forbidden', `This is signed by somebody with the role ${role}; ${person.name} has ${has}.`);
}

/** Who has signed already signs again only where that does not count any more. */
function demandFirst(
  fleet: Fleet,
  release: Release,
  { person: { id, name }, words: { meaning } }: { readonly person: Person; readonly words: ApprovalWords },
): void {
  const check = release.clearance?.check ?? null;
  const counts = (one: ReleaseApproval) =>
    one.check === check &&
    stagesThatAsk(fleet, one).every(({ stage }) => whyVoid(one, { stage, check, startedAt: null }) === null);
  const isSame = (one: ReleaseApproval) =>
    one.person === id && one.meaning === meaning && one.manifest === manifestDigest(release) && counts(one);
  if (!release.approvals?.some(isSame)) return;
  throw new FettleError('already-exists', `${name} has signed "${meaning}" for release ${release.version} already.`);
}
