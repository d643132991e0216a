import { FettleError, type Person } from '@fettle/model';
import { adminPermissions, demand, type Scope } from '../access/scope.ts';

/**
 * Demands that whoever changes an account, or could act as its owner afterwards, may do everything that its owner may:
 * every permission, and `role.write` where the owner signs in a role. So `person.write` alone never becomes more.
 * @throws FettleError `forbidden`
 */
export function demandOver(scope: Scope, { name, permissions, roles }: Person): void {
  demand(scope, 'person.write');
  const more = adminPermissions.filter((one) => permissions.includes(one) && !scope.permissions.has(one));
  const lacking = roles.length > 0 && !scope.permissions.has('role.write') ? [...more, 'role.write'] : more;
  if (lacking.length === 0) return;
  const why = roles.length > 0 ? `, as they sign in the roles ${roles.join(', ')}` : '';
  const message = `The account of ${name} is changed by somebody who may do all that it may${why}; the credential of ${scope.actor} lacks ${lacking.join(', ')}.`;
  throw new FettleError('forbidden', message, { details: { permission: lacking[0] ?? 'person.write' } });
}

/**
 * Demands the right to say who signs as what.
 * @throws FettleError `forbidden`
 */
export function demandRoles(scope: Scope, roles: readonly string[]): void {
  if (roles.length > 0) demand(scope, 'role.write');
}
