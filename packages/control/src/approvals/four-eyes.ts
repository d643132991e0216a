import { FettleError, type Instant, type Person, personOfActor, type Release } from '@fettle/model';
import type { Reads } from '../ports.ts';
import { isSaidToBeOther, startersOf } from './ci-jobs.ts';
import { type Act, doersOf, eventsOf, everybodyBehind, isAmong, type MakerLooks, makersOf } from './makers.ts';

type Looks = MakerLooks & Pick<Reads, 'releaseCheck' | 'people' | 'person'>;

/** Who is to sign, and as what. */
export interface Signer {
  readonly person: Person;
  readonly role: string;
  readonly now: Instant;
}

/**
 * Nobody approves a release of their own: not one that they published, nor one whose check they asked for, with their
 * login, with a token that they made, through a job of CI that they started or a publisher that they saved, or as somebody
 * whose account they made. Nor does anybody whose account or role is of one who did.
 * @throws FettleError `forbidden`
 * @source decision 0029
 */
export async function demandFourEyes(reads: Looks, { person, role, now }: Signer, release: Release): Promise<void> {
  for (const { what, ...act } of await actsOf(reads, release)) {
    const { known, unknown } = await startersOf(reads, [act]);
    const acts = [act, ...known];
    const others = `Release ${release.version} is approved by others than ${person.name}`;
    const did = `who is behind whoever ${what} (${act.actor})`;
    if (isAmong(await everybodyBehind(reads, acts), person.id))
      throw new FettleError('forbidden', `${others}, ${did}.`);
    const strangers = unknown.filter((account) => !isSaidToBeOther(person, account));
    if (strangers.length > 0) throw strange(others, person, strangers[0]);
    const doers = await doersOf(reads, acts);
    const maker = [...(await makersOf(reads, { person: person.id, role, now }))].find((one) => doers.has(one));
    if (maker !== undefined) throw ofOneHand(others, await nameOf(reads, maker), did);
  }
}

async function actsOf(reads: Looks, release: Release): Promise<readonly (Act & { readonly what: string })[]> {
  const check = release.clearance && (await reads.releaseCheck(release.clearance.check));
  const about = { object: `release/${release.id}`, verbs: ['release.published'] } as const;
  const acts: (Act & { readonly what: string })[] = [];
  for await (const { actor, at } of eventsOf(reads, about)) acts.push({ what: 'published it', actor, at });
  if (check) acts.push({ what: 'had it checked', actor: check.requestedBy, at: check.createdAt });
  return acts;
}

async function nameOf(reads: Looks, actor: string): Promise<string> {
  const id = personOfActor(actor);
  return (id && (await reads.person(id))?.name) ?? actor;
}

function ofOneHand(others: string, maker: string, did: string): FettleError {
  const next = 'another administrator gives a new password, takes the role away and gives it anew';
  const message = `${others}, whose password or role was given by ${maker} or goes back to them, ${did}. To go on: ${next}.`;
  return new FettleError('forbidden', message);
}

/** Who started it may be the very one who signs: nobody has said what their account is. */
function strange(others: string, { name }: Person, account: string | undefined): FettleError {
  const who = account ?? 'somebody of whom the audit log does not tell';
  const issuer = account?.slice(0, account.lastIndexOf('#')) ?? 'ISSUER';
  const next = `fettle person change ${name} --account ${issuer}#ID (${issuer}#none for whoever has none there)`;
  const message = `${others} until it is said who ${name} is in CI: the job was started by ${who}, an account of nobody here. To go on: ${next}.`;
  return new FettleError('forbidden', message);
}
