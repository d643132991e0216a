import { FettleError, type TenantId, tenantId } from '@fettle/model';

/** Every key of a tenant that the signer holds. */
export const keyRoles = [
  'image-snapshot',
  'image-timestamp',
  'director-targets',
  'director-snapshot',
  'director-timestamp',
  'time',
] as const;
export type KeyRole = (typeof keyRoles)[number];

/** One key: of which tenant, for what. */
export interface KeyPlace {
  readonly tenant: TenantId;
  readonly role: KeyRole;
}

/**
 * Reads `TENANT/ROLE`, or `ROLE` alone for the tenant `default`.
 * @throws FettleError `invalid-input`
 */
export function readKeyPlace(text: string): KeyPlace {
  const slash = text.indexOf('/');
  const tenant = slash < 0 ? 'default' : text.slice(0, slash);
  const role = keyRoles.find((known) => known === text.slice(slash + 1));
  if (!role) {
    throw new FettleError(
      'invalid-input',
      `Expected [TENANT/]ROLE with one of ${keyRoles.join(', ')}, found "${text}".`,
    );
  }
  return { tenant: tenantId(tenant), role };
}

export function placeText({ tenant, role }: KeyPlace): string {
  return `${tenant}/${role}`;
}
