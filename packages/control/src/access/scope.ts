import { type DeviceType, FettleError, type FleetId, type ReleaseSource, type TenantId } from '@fettle/model';

/** What an actor may do. `device` is what devices may do for themselves, and nothing else. */
export const permissions = [
  'fleet.read',
  'fleet.write',
  'release.publish',
  'release.revoke',
  'release.approve',
  'vulnerability.write',
  'rollout.write',
  'device.write',
  'audit.read',
  'audit.write',
  'token.write',
  'person.write',
  'publisher.write',
  'trust.read',
  'trust.write',
  'device',
  'server',
] as const;
export type Permission = (typeof permissions)[number];

/** Everything a person with full rights may do. */
export const adminPermissions: readonly Permission[] = permissions.filter((p) => p !== 'device' && p !== 'server');

/** Who acts, where, and what they may do. First argument of every call of the brain. */
export interface Scope {
  readonly tenant: TenantId;
  /** `operator:NAME`, `publisher:NAME`, `device:ID`, `rollout:ID` or `server`. */
  readonly actor: string;
  readonly permissions: ReadonlySet<Permission>;
  /** When it is there, the actor publishes to this fleet and does nothing else; the store sees to it (`confine.ts`). */
  readonly only?: Confinement | undefined;
}

export interface Confinement {
  readonly fleet: FleetId;
  /** Empty for all of the fleet. */
  readonly deviceTypes: readonly DeviceType[];
  /** The job of CI; its releases name it. Null for a token that a person made. */
  readonly source: ReleaseSource | null;
}

/** All that a credential of one fleet can be good for. */
export const publishingPermissions: readonly Permission[] = ['fleet.read', 'release.publish'];

/** @throws FettleError `forbidden` when the scope lacks the permission */
export function demand(scope: Scope, permission: Permission): void {
  const isConfined = scope.only !== undefined && !publishingPermissions.includes(permission);
  if (scope.permissions.has(permission) && !isConfined) return;
  throw new FettleError(
    'forbidden',
    `This needs the permission ${permission}; the credential of ${scope.actor} lacks it.`,
    {
      details: { permission },
    },
  );
}

/** The scope in which the server itself works, e.g. for rollout ticks. */
export function serverScope(tenant: TenantId, actor = 'server'): Scope {
  return { tenant, actor, permissions: new Set<Permission>(['server', 'fleet.read']) };
}
