import { FettleError, type Instant, type Person, type PersonId, type TenantId } from '@fettle/model';
import { serverScope } from '../access/scope.ts';
import type { Brain } from '../brain.ts';
import { isPassword, nobodysPassword } from './password.ts';

/** Wrong passwords in a row before an account is locked. */
export const mostFailures = 5;
const firstLockMs = 15 * 60_000;
const longestLockMs = 24 * 3_600_000;

/**
 * Has a person prove with the password who they are. An attempt is counted before it is looked at, so that many at once
 * gain nothing; every fifth wrong one in a row locks the account, each time for twice as long.
 * @throws FettleError `not-authenticated` for a wrong password and a locked account alike, `overloaded`
 * @source 21 CFR 11.300(d)
 */
export async function provePassword(
  brain: Brain,
  tenant: TenantId,
  person: PersonId,
  password: string,
): Promise<Person> {
  const scope = serverScope(tenant);
  const tried = await brain.store.transact(scope, async (tx) => {
    const found = await tx.person(person);
    if (found?.status !== 'active' || isLocked(found, brain.clock.now())) return undefined;
    const counted = countAttempt(found, brain.clock.now());
    await tx.updatePerson(counted);
    return counted;
  });
  // Whoever may not try waits as long as whoever tries in vain.
  const isRight = await isPassword(password, tried?.password ?? nobodysPassword);
  if (!tried || !isRight) {
    if (tried && tried.lockedUntil !== null) await noteLock(brain, tenant, tried);
    throw wrongPassword();
  }
  return brain.store.transact(scope, async (tx) => {
    const found = await tx.person(person);
    // Changed or disabled while it was looked at: that was another password.
    if (found?.status !== 'active' || found.password !== tried.password) throw wrongPassword();
    const proven: Person = { ...found, failures: 0, lockedUntil: null };
    await tx.updatePerson(proven);
    return proven;
  });
}

/** The one answer to whoever may be guessing. */
export function wrongPassword(): FettleError {
  const message = 'Expected the name and password of an active person; after several wrong ones an account is locked.';
  return new FettleError('not-authenticated', message, { details: { wrong: 'password' } });
}

async function noteLock(brain: Brain, tenant: TenantId, { id, failures, lockedUntil }: Person): Promise<void> {
  const reason = `${failures} wrong passwords in a row: locked until ${new Date(lockedUntil ?? 0).toISOString()}`;
  const about = { object: `person/${id}`, fleet: null, before: null, after: null, reason } as const;
  await brain.store.transact(serverScope(tenant), (tx) => tx.appendAudit({ ...about, verb: 'person.locked' }));
}

function isLocked({ lockedUntil }: Person, now: Instant): boolean {
  return lockedUntil !== null && now < lockedUntil;
}

function countAttempt(person: Person, now: Instant): Person {
  const failures = person.failures + 1;
  if (failures % mostFailures !== 0) return { ...person, failures, lockedUntil: null };
  const lockMs = Math.min(longestLockMs, firstLockMs * 2 ** (failures / mostFailures - 1));
  return { ...person, failures, lockedUntil: now + lockMs };
}
