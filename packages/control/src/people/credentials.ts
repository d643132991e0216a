import { FettleError, type Person } from '@fettle/model';
import { readPublicKey } from '@fettle/trust';
import { demand, type Scope } from '../access/scope.ts';
import type { Brain } from '../brain.ts';
import { demandOver } from './demand-over.ts';
import { hashPassword, passwordProblem, saltBytes } from './password.ts';
import { demandOther, note } from './people.ts';
import { provePassword } from './prove-password.ts';
import { requirePerson, requireSelf } from './require-person.ts';

/**
 * Changes one's own password; every login of the person is over.
 * @throws FettleError `not-authenticated`, `invalid-input`, `forbidden`
 */
export async function changePassword(
  scope: Scope,
  brain: Brain,
  input: { readonly password: string; readonly newPassword: string },
): Promise<Person> {
  const self = await requireSelf(brain.store.reads(scope), scope);
  const problem = input.password === input.newPassword ? 'Expected another password than the old one.' : undefined;
  demandSound(problem ?? passwordProblem(input.newPassword, self));
  await provePassword(brain, scope.tenant, self.id, input.password);
  const password = await hashPassword(input.newPassword, brain.random.bytes(saltBytes));
  return replacePassword(scope, brain, { password, reason: 'by its owner' });
}

/**
 * Gives somebody a new password, which opens nothing but its change; a lock is off, every login is over. The key that
 * they sign with is gone: who they are is to be shown anew. Only whoever may do all that they may can: whoever knows the
 * new password could act as them.
 * @throws FettleError `forbidden` for one's own account, `not-found`, `invalid-input`
 */
export async function resetPassword(
  scope: Scope,
  brain: Brain,
  who: string,
  input: { readonly password: string; readonly reason: string },
): Promise<Person> {
  demand(scope, 'person.write');
  const known = await requirePerson(brain.store.reads(scope), who);
  demandOver(scope, known);
  demandSound(passwordProblem(input.password, known));
  const password = await hashPassword(input.password, brain.random.bytes(saltBytes));
  return brain.store.transact(scope, async (tx) => {
    const found = await requirePerson(tx, known.id);
    demandOther(scope, found);
    demandOver(scope, found);
    const next: Person = { ...found, password, mustChange: true, failures: 0, lockedUntil: null, key: null };
    await tx.updatePerson(next);
    await tx.deletePersonTokens(next.id);
    await note(tx, 'person.password-reset', { before: found, after: next, reason: input.reason });
    return next;
  });
}

/**
 * Registers the key with which a person signs on a machine of their own, in place of the one before; null for none.
 * @throws FettleError `not-authenticated`, `invalid-input`, `forbidden` while the password is one that others chose
 */
export async function registerKey(
  scope: Scope,
  brain: Brain,
  input: { readonly password: string; readonly publicKeyPem: string | null },
): Promise<Person> {
  const key = input.publicKeyPem === null ? null : readPublicKey(input.publicKeyPem);
  if (key && key.kind !== 'ed25519' && key.kind !== 'ecdsa-p256') {
    throw new FettleError('invalid-input', 'Expected an Ed25519 or ECDSA P-256 key.');
  }
  const self = await requireSelf(brain.store.reads(scope), scope);
  if (self.mustChange) throw new FettleError('forbidden', 'First change your password: fettle person password');
  await provePassword(brain, scope.tenant, self.id, input.password);
  return brain.store.transact(scope, async (tx) => {
    const found = await requireSelf(tx, scope);
    const taken = key && (await tx.people()).find((one) => one.id !== found.id && one.key?.id === key.id);
    if (taken)
      throw new FettleError('already-exists', 'Somebody else has registered this key: a key is of one person.');
    const publicKeyPem = key?.key.export({ format: 'pem', type: 'spki' }).toString();
    const registered = key && publicKeyPem ? { id: key.id, publicKeyPem, registeredAt: brain.clock.now() } : null;
    const next: Person = { ...found, key: registered };
    await tx.updatePerson(next);
    const reason = `${registered?.id ?? 'no key'} in place of ${found.key?.id ?? 'none'}`;
    await note(tx, 'person.key-registered', { before: found, after: next, reason });
    return next;
  });
}

function replacePassword(
  scope: Scope,
  brain: Brain,
  { password, reason }: { readonly password: string; readonly reason: string },
): Promise<Person> {
  return brain.store.transact(scope, async (tx) => {
    const found = await requireSelf(tx, scope);
    const next: Person = { ...found, password, mustChange: false };
    await tx.updatePerson(next);
    await tx.deletePersonTokens(next.id);
    await note(tx, 'person.password-changed', { before: found, after: next, reason });
    return next;
  });
}

function demandSound(problem: string | undefined): void {
  if (problem !== undefined) throw new FettleError('invalid-input', problem);
}
