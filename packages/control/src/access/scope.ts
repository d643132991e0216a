import {
  type DeviceType,
  FettleError,
  type FleetId,
  fleetId,
  limits,
  type ReleaseSource,
  type TenantId,
} from '@fettle/model';

/** What an actor may do. `device` is what devices may do for themselves, and nothing else. */
export const permissions = [
  'fleet.read',
  'fleet.write',
  'policy.write',
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
  'role.write',
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
  /** When it is there, only what is of these fleets is there for the actor; the store sees to it (`bind.ts`). Never empty. */
  readonly fleets?: ReadonlySet<FleetId> | undefined;
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

/** All that a credential of some fleets can be good for; the others are about the whole tenant. */
export const fleetPermissions: readonly Permission[] = [
  'fleet.read',
  'fleet.write',
  'policy.write',
  'release.publish',
  'release.revoke',
  'release.approve',
  'rollout.write',
  'device.write',
];

/** @throws FettleError `forbidden` when the scope lacks the permission */
export function demand(scope: Scope, permission: Permission): void {
  const isConfined = scope.only !== undefined && !publishingPermissions.includes(permission);
  if (scope.fleets && !fleetPermissions.includes(permission)) throw ofWholeTenant(scope);
  if (scope.permissions.has(permission) && !isConfined) return;
  throw new FettleError(
    'forbidden',
    `This needs the permission ${permission}; the credential of ${scope.actor} lacks it.`,
    {
      details: { permission },
    },
  );
}

/** What a credential of some fleets is told where the whole tenant is concerned. */
export function ofWholeTenant({ actor, fleets }: Scope): FettleError {
  const named = [...(fleets ?? [])].sort().join(', ');
  return new FettleError(
    'forbidden',
    `Expected a credential for the whole tenant: that of ${actor} is for what is of ${named} only.`,
  );
}

/**
 * Fleets that a credential is to be bound to, each once and in order.
 * @param permissions what it may do besides
 * @throws FettleError `invalid-input` for a permission that means the whole tenant, `limit-reached`, `invalid-id`
 */
export function readFleetBounds(fleets: readonly string[], permissions: readonly Permission[]): readonly FleetId[] {
  const read = [...new Set(fleets.map(fleetId))].sort();
  if (read.length > limits.fleetsPerCredential) {
    throw new FettleError('limit-reached', `A credential names at most ${limits.fleetsPerCredential} fleets.`);
  }
  const wide = permissions.find((permission) => !fleetPermissions.includes(permission));
  if (read.length > 0 && wide !== undefined) {
    const message = `The permission ${wide} means the whole tenant. For some fleets there are ${fleetPermissions.join(', ')}.`;
    throw new FettleError('invalid-input', message);
  }
  return read;
}

/**
 * Permissions by their names, as far as the one who gives them has them.
 * @throws FettleError `invalid-input` for a name that is none, `forbidden` for one that the scope does not have
 */
export function readPermissions(scope: Scope, names: readonly string[]): readonly Permission[] {
  return names.map((name) => {
    const permission = adminPermissions.find((known) => known === name);
    if (!permission) {
      const message = `There is no permission ${name}; there are ${adminPermissions.join(', ')}.`;
      throw new FettleError('invalid-input', message);
    }
    demand(scope, permission);
    return permission;
  });
}

/** The scope in which the server itself works, e.g. for rollout ticks. */
export function serverScope(tenant: TenantId, actor = 'server'): Scope {
  return { tenant, actor, permissions: new Set<Permission>(['server', 'fleet.read']) };
}
