import { authenticateDevice, authenticateOperator, type Brain, type TargetReader } from '@fettle/control';
import { FettleError, type TenantId } from '@fettle/model';
import { bearerToken } from '../native/authenticate.ts';

/**
 * Who asks for a target: a device or an operator, of the tenant whose repository it is.
 * @throws FettleError `not-authenticated`, `not-found` for a repository of somebody else
 */
export async function readerOf(brain: Brain, tenant: TenantId, header: string | undefined): Promise<TargetReader> {
  const token = bearerToken(header);
  const device = token === undefined ? undefined : authenticateDevice(brain, token);
  const operator = token === undefined || device ? undefined : await authenticateOperator(brain, token);
  const scope = device ?? operator;
  if (!scope) {
    const message =
      'Expected "Authorization: Bearer TOKEN" of a device or an operator. Metadata is public, targets are not.';
    throw new FettleError('not-authenticated', message);
  }
  if (scope.tenant !== tenant) throw new FettleError('not-found', `There is no repository ${tenant} for you.`);
  return device ? { device } : { operator: scope };
}
