import {
  actorOfPerson,
  FettleError,
  type FleetId,
  isPersonId,
  limits,
  makeId,
  namePattern,
  type Person,
  personId,
} from '@fettle/model';
import { adminPermissions, demand, readFleetBounds, readPermissions, type Scope } from '../access/scope.ts';
import { digestOf } from '../audit/digest-of.ts';
import type { Brain } from '../brain.ts';
import { requireFleet } from '../fleets/fleets.ts';
import type { Writes } from '../ports.ts';
import { demandOver, demandRoles } from './demand-over.ts';
import { hashPassword, passwordProblem, saltBytes } from './password.ts';
import { requirePerson, requireSelf } from './require-person.ts';

export interface NewPerson {
  readonly name: string;
  readonly fullName: string;
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
  /** `ISSUER#ID` of where their CI runs. */
  readonly accounts: readonly string[];
  /** Whose things they open and nobody else's; none for the whole tenant. */
  readonly fleets?: readonly string[] | undefined;
  /** Until its owner changes it, it opens nothing but the change. */
  readonly password: string;
}

/**
 * Makes an account for one human being, who may do no more than whoever makes it. Roles are given with `role.write` only.
 * @throws FettleError `invalid-input`, `already-exists`, `limit-reached`, `forbidden`
 * @source 21 CFR 11.100(a), 11.300(a): unique to one individual, never given to anyone else
 */
export async function createPerson(scope: Scope, brain: Brain, input: NewPerson): Promise<Person> {
  demand(scope, 'person.write');
  const { name } = input;
  if (!new RegExp(namePattern).test(name) || isPersonId(name)) {
    throw new FettleError('invalid-input', `Expected a login name such as ada.lovelace, found "${name.slice(0, 80)}".`);
  }
  const fullName = readFullName(input.fullName);
  const problem = passwordProblem(input.password, { name, fullName });
  if (problem !== undefined) throw new FettleError('invalid-input', problem);
  const roles = readRoles(input.roles);
  demandRoles(scope, roles);
  const permissions = readPermissions(scope, input.permissions);
  const accounts = readAccounts(input.accounts);
  const bounds = boundsOf(readFleetBounds(input.fleets ?? [], permissions));
  const password = await hashPassword(input.password, brain.random.bytes(saltBytes));
  const now = brain.clock.now();
  const id = personId(makeId('per', now, brain.random.bytes(10)));
  const state = { status: 'active', mustChange: true, failures: 0, lockedUntil: null, key: null } as const;
  const person: Person = {
    id,
    name,
    fullName,
    roles,
    permissions,
    accounts,
    password,
    ...state,
    createdAt: now,
    ...bounds,
  };
  await brain.store.transact(scope, async (tx) => {
    for (const fleet of person.fleets ?? []) await requireFleet(tx, fleet);
    const known = await tx.people();
    if (known.length >= limits.people) throw new FettleError('limit-reached', `At most ${limits.people} people.`);
    if (known.some((one) => one.name === name)) {
      throw new FettleError('already-exists', `The name ${name} is taken, and names are never given to somebody else.`);
    }
    await tx.insertPerson(person);
    await note(tx, 'person.created', { before: null, after: person, reason: inWords(person) });
    await noteRoles(tx, person, []);
  });
  return person;
}

export interface PersonChange {
  readonly fullName?: string | undefined;
  readonly roles?: readonly string[] | undefined;
  readonly permissions?: readonly string[] | undefined;
  readonly accounts?: readonly string[] | undefined;
  /** None: they are bound to no fleet any more. */
  readonly fleets?: readonly string[] | undefined;
  readonly status?: Person['status'] | undefined;
  readonly reason: string;
}

/**
 * Changes what a person is called, may do and may sign for; only whoever may do as much can. Whoever is disabled is
 * logged out everywhere.
 * @throws FettleError `forbidden` for one's own account, `not-found`, `invalid-input`
 */
export async function changePerson(scope: Scope, brain: Brain, who: string, change: PersonChange): Promise<Person> {
  demand(scope, 'person.write');
  const roles = change.roles && readRoles(change.roles);
  const fullName = change.fullName === undefined ? undefined : readFullName(change.fullName);
  const permissions = change.permissions && readPermissions(scope, change.permissions);
  const accounts = change.accounts && readAccounts(change.accounts);
  return brain.store.transact(scope, async (tx) => {
    const found = await requirePerson(tx, who);
    demandOther(scope, found);
    demandOver(scope, found);
    demandRoles(scope, difference(roles ?? found.roles, found.roles));
    const may = permissions ?? adminPermissions.filter((permission) => found.permissions.includes(permission));
    const fleets = readFleetBounds(change.fleets ?? found.fleets ?? [], may);
    for (const fleet of fleets) await requireFleet(tx, fleet);
    const { fleets: _, ...unbound } = found;
    const next: Person = {
      ...unbound,
      ...boundsOf(fleets),
      fullName: fullName ?? found.fullName,
      roles: roles ?? found.roles,
      permissions: permissions ?? found.permissions,
      accounts: accounts ?? found.accounts,
      status: change.status ?? found.status,
    };
    if (digestOf(shown(next)) === digestOf(shown(found))) return found;
    await tx.updatePerson(next);
    if (next.status === 'disabled') await tx.deletePersonTokens(next.id);
    const turned = next.status === 'disabled' ? 'person.disabled' : 'person.enabled';
    const verb = next.status === found.status ? 'person.changed' : turned;
    const reason = `${inWords(next)}. Before: ${inWords(found)}. ${change.reason}`;
    await note(tx, verb, { before: found, after: next, reason });
    await noteRoles(tx, next, found.roles);
    return next;
  });
}

/** Everybody who has an account, by name. */
export function listPeople(scope: Scope, brain: Brain): Promise<readonly Person[]> {
  demand(scope, 'person.write');
  return brain.store.reads(scope).people();
}

export async function getPerson(scope: Scope, brain: Brain, who: string): Promise<Person> {
  demand(scope, 'person.write');
  return requirePerson(brain.store.reads(scope), who);
}

/** Who the caller is; needs no permission. */
export function getSelf(scope: Scope, brain: Brain): Promise<Person> {
  return requireSelf(brain.store.reads(scope), scope);
}

/** Writes what happened to an account, with digests of what everybody may know of it. */
export async function note(
  tx: Pick<Writes, 'appendAudit'>,
  verb: Extract<Parameters<Writes['appendAudit']>[0]['verb'], `person.${string}`>,
  of: { readonly before: Person | null; readonly after: Person; readonly reason: string },
): Promise<void> {
  const { before, after, reason } = of;
  await tx.appendAudit({
    verb,
    object: `person/${after.id}`,
    fleet: null,
    before: before && digestOf(shown(before)),
    after: digestOf(shown(after)),
    reason: reason.trim().slice(0, 500),
  });
}

/** Who gave a role is looked for when its holder signs (`makers.ts`): one event a role, its reason is the role. */
async function noteRoles(tx: Pick<Writes, 'appendAudit'>, person: Person, before: readonly string[]): Promise<void> {
  for (const role of difference(person.roles, before)) {
    await note(tx, 'person.role-given', { before: null, after: person, reason: role });
  }
}

function difference(all: readonly string[], without: readonly string[]): readonly string[] {
  return all.filter((one) => !without.includes(one));
}

/** Nobody gives rights to themselves, or takes a lock off their own account. */
export function demandOther({ actor }: Scope, { id }: Person): void {
  if (actor !== actorOfPerson(id)) return;
  throw new FettleError('forbidden', 'Your own account is changed by somebody else who has person.write.');
}

function shown({ password: _, failures: __, lockedUntil: ___, ...rest }: Person) {
  return rest;
}

function inWords({ name, fullName, roles, permissions, fleets = [], status }: Person): string {
  const may = `${permissions.join(', ') || 'nothing'}${fleets.length > 0 ? ` in ${fleets.join(', ')}` : ''}`;
  return `${name} (${fullName}), ${status}, roles ${roles.join(', ') || 'none'}, may ${may}`;
}

function boundsOf(fleets: readonly FleetId[]): Pick<Person, 'fleets'> {
  return fleets.length > 0 ? { fleets } : {};
}

function readFullName(text: string): string {
  const fullName = text.normalize('NFC').trim();
  if (fullName.length >= 2 && fullName.length <= 100 && !/\p{Cc}|\p{Cf}/u.test(fullName)) return fullName;
  throw new FettleError('invalid-input', 'Expected the full name of a person, 2 to 100 characters.');
}

function readRoles(roles: readonly string[]): readonly string[] {
  const wrong = roles.find((role) => !/^[a-z0-9](?:[a-z0-9 ._-]{0,62}[a-z0-9])?$/.test(role));
  if (wrong !== undefined || roles.length > limits.rolesPerPerson) {
    throw new FettleError(
      'invalid-input',
      `Expected at most ${limits.rolesPerPerson} roles such as qa, release-manager.`,
    );
  }
  return [...new Set(roles)].sort();
}

function readAccounts(accounts: readonly string[]): readonly string[] {
  const wrong = accounts.find((account) => !/^https:\/\/[^\s#]{1,300}#[A-Za-z0-9._-]{1,100}$/.test(account));
  if (wrong !== undefined || accounts.length > limits.accountsPerPerson) {
    const message = `Expected at most ${limits.accountsPerPerson} accounts such as https://token.actions.githubusercontent.com#583231.`;
    throw new FettleError('invalid-input', message);
  }
  return [...new Set(accounts)];
}
