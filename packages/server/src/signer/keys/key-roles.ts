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

/** Every key that the signer holds for the whole installation. */
export const installationRoles = ['audit-log', 'evidence'] as const;
export type InstallationRole = (typeof installationRoles)[number];

/** Stands in the place of a tenant where a key is of the installation; no tenant has this name. */
export const installation = '*';

/** One key: of which tenant, for what. */
export type KeyPlace =
  | { readonly tenant: TenantId; readonly role: KeyRole }
  | { readonly tenant: typeof installation; readonly role: InstallationRole };

export function isOfInstallation(
  place: KeyPlace,
): place is Extract<KeyPlace, { readonly tenant: typeof installation }> {
  return place.tenant === installation;
}

/**
 * Reads `TENANT/ROLE`, or `ROLE` alone for the tenant `default` and for keys of the installation.
 * @throws FettleError `invalid-input`
 */
export function readKeyPlace(text: string): KeyPlace {
  const ofAll = installationRoles.find((known) => known === text);
  if (ofAll) return { tenant: installation, role: ofAll };
  const slash = text.indexOf('/');
  const tenant = slash < 0 ? 'default' : text.slice(0, slash);
  const role = keyRoles.find((known) => known === text.slice(slash + 1));
  if (!role) {
    throw new FettleError(
      'invalid-input',
      `Expected [TENANT/]ROLE with one of ${keyRoles.join(', ')}, or one of ${installationRoles.join(', ')}, found "${text}".`,
    );
  }
  return { tenant: tenantId(tenant), role };
}

export function placeText({ tenant, role }: KeyPlace): string {
  return tenant === installation ? role : `${tenant}/${role}`;
}
