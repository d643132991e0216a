import {
  actorOfPerson,
  FettleError,
  limits,
  makeId,
  type Person,
  type PersonToken,
  type TenantId,
  tenantId,
} from '@fettle/model';
import { hashToken } from '../access/hash-token.ts';
import { adminPermissions, type Scope, serverScope } from '../access/scope.ts';
import type { Brain } from '../brain.ts';
import { isPassword, nobodysPassword } from './password.ts';
import { provePassword, wrongPassword } from './prove-password.ts';

/** How long a login lasts: a working day. */
export const loginLifeMs = 12 * 3_600_000;

/** The text of a person's token: it names its tenant, so that it is looked up there and nowhere else. */
const tokenPattern = /^fpe_([a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?)\.[A-Za-z0-9_-]{32}$/;

export interface Login {
  /** Shown this once; its hash is kept. */
  readonly token: string;
  readonly record: PersonToken;
  readonly person: Person;
}

/**
 * Makes a token for somebody who knows a password.
 * @throws FettleError `not-authenticated`, whatever of it was wrong; `limit-reached`, `overloaded`
 */
export async function logIn(
  brain: Brain,
  who: { readonly tenant: TenantId; readonly name: string; readonly password: string },
): Promise<Login> {
  const scope = serverScope(who.tenant);
  const found = await brain.store.reads(scope).personByName(who.name);
  if (!found) {
    await isPassword(who.password, nobodysPassword);
    throw wrongPassword();
  }
  const person = await provePassword(brain, who.tenant, found.id, who.password);
  const now = brain.clock.now();
  const token = `fpe_${who.tenant}.${Buffer.from(brain.random.bytes(24)).toString('base64url')}`;
  const id = makeId('tok', now, brain.random.bytes(10));
  const record: PersonToken = {
    id,
    person: person.id,
    hash: hashToken(token),
    createdAt: now,
    expiresAt: now + loginLifeMs,
  };
  await brain.store.transact({ ...scope, actor: actorOfPerson(person.id) }, async (tx) => {
    await tx.deleteExpiredPersonTokens(now);
    if ((await tx.personTokens(person.id)).length >= limits.loginsPerPerson) {
      throw new FettleError('limit-reached', `At most ${limits.loginsPerPerson} logins at once. Log out somewhere.`);
    }
    await tx.insertPersonToken(record);
    const object = `person/${person.id}`;
    const about = { object, fleet: null, before: null, after: null, reason: `${person.name}, until ${isoOf(record)}` };
    await tx.appendAudit({ ...about, verb: 'person.logged-in' });
  });
  return { token, record, person };
}

/** Whether a credential is a person's token. */
export function isPersonToken(token: string): boolean {
  return tokenPattern.test(token);
}

/** Whose token this is; undefined when it is nobody's, is over, or its person is disabled. */
export async function authenticatePerson(brain: Brain, token: string): Promise<Scope | undefined> {
  const named = tokenPattern.exec(token)?.[1];
  if (named === undefined) return undefined;
  const tenant = tenantId(named);
  const reads = brain.store.reads(serverScope(tenant));
  const record = await reads.personToken(hashToken(token));
  if (!record || record.expiresAt <= brain.clock.now()) return undefined;
  const person = await reads.person(record.person);
  if (person?.status !== 'active') return undefined;
  const known = adminPermissions.filter((permission) => person.permissions.includes(permission));
  // With a password that somebody else chose nothing can be done but to change it.
  const permissions = new Set(person.mustChange ? [] : known);
  const { fleets = [] } = person;
  const bounds = fleets.length > 0 ? { fleets: new Set(fleets) } : {};
  return { tenant, actor: actorOfPerson(person.id), permissions, ...bounds };
}

/** Ends a login. */
export async function logOut(scope: Scope, brain: Brain, token: string): Promise<void> {
  const record = await brain.store.reads(scope).personToken(hashToken(token));
  if (!record || actorOfPerson(record.person) !== scope.actor) {
    throw new FettleError('wrong-state', `This is the token of ${scope.actor}, not a login: there is nothing to end.`);
  }
  await brain.store.transact(scope, (tx) => tx.deletePersonToken(record.id));
}

function isoOf({ expiresAt }: PersonToken): string {
  return new Date(expiresAt).toISOString();
}
