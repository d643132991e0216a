import { FettleError, isPersonId, type Person, personId, personOfActor } from '@fettle/model';
import type { Scope } from '../access/scope.ts';
import type { PeopleReads } from './people-store.ts';

/** Finds somebody by id or login name. @throws FettleError `not-found` */
export async function requirePerson(reads: PeopleReads, who: string): Promise<Person> {
  const found = isPersonId(who) ? await reads.person(personId(who)) : await reads.personByName(who);
  if (found) return found;
  throw new FettleError('not-found', `There is no person ${who}. Names: fettle person list.`);
}

/**
 * The person who acts.
 * @throws FettleError `forbidden` when it is a machine's or an operator's token, or somebody who is disabled
 */
export async function requireSelf(reads: PeopleReads, { actor }: Scope): Promise<Person> {
  const id = personOfActor(actor);
  const found = id && (await reads.person(id));
  if (found?.status === 'active') return found;
  const message = `Only a person can do this, and ${actor} is none who is active. Log in: fettle login --name NAME`;
  throw new FettleError('forbidden', message);
}
