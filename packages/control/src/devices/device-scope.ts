import type { DeviceId, Instant, TenantId } from '@fettle/model';
import type { Permission, Scope } from '../access/scope.ts';
import type { Brain } from '../brain.ts';

/** The scope of a device that has proven its key. */
export interface DeviceScope extends Scope {
  readonly device: DeviceId;
  /** The key that was proven, as devices are stored with it: another one ends the scope. */
  readonly publicKey: string;
  /** When the token that proved it ends. */
  readonly expiresAt: Instant;
}

const devicePermissions: ReadonlySet<Permission> = new Set<Permission>(['device']);

/** Seals a bearer token for a device. */
export function sealDeviceToken(brain: Brain, scope: DeviceScope, lifetimeMs: number): string {
  const expiresAt = String(brain.clock.now() + lifetimeMs);
  return brain.sealer.seal('device-token', [scope.tenant, scope.device, unpad(scope.publicKey), expiresAt]);
}

/**
 * Whose bearer token this is. Synchronous, no look-up: whether the device is still welcome is asked by the call itself.
 * @returns undefined when the token is not ours or has expired
 */
export function authenticateDevice(brain: Brain, token: string): DeviceScope | undefined {
  const fields = brain.sealer.open('device-token', token);
  if (fields?.length !== 4) return undefined;
  // What was sealed here was checked before it was sealed.
  const [tenant, device, key, expiresAt] = fields as [TenantId, DeviceId, string, string];
  if (!(brain.clock.now() < Number(expiresAt))) return undefined;
  return { ...deviceScope(tenant, device, pad(key)), expiresAt: Number(expiresAt) };
}

/** The scope of a device whose key was proven in another way than by a token: it does not end. */
export function deviceScope(tenant: TenantId, device: DeviceId, publicKey: string): DeviceScope {
  const expiresAt = Number.MAX_SAFE_INTEGER;
  return { tenant, actor: `device:${device}`, permissions: devicePermissions, device, publicKey, expiresAt };
}

// An equals sign belongs at the end of a bearer token or nowhere. @source RFC 9110 §11.2, token68
function unpad(base64: string): string {
  return base64.replace(/=+$/, '');
}

function pad(base64: string): string {
  return base64 + '='.repeat((4 - (base64.length % 4)) % 4);
}
