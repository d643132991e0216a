import { type DeviceId, deviceId, type KeyId, keyId, tenantId } from '@fettle/model';
import type { Permission, Scope } from '../access/scope.ts';
import type { Brain } from '../brain.ts';

/** The scope of a device that has proven its key. */
export interface DeviceScope extends Scope {
  readonly device: DeviceId;
  readonly key: KeyId;
}

const devicePermissions: ReadonlySet<Permission> = new Set<Permission>(['device']);

/** Seals a bearer token for a device. */
export function sealDeviceToken(brain: Brain, scope: DeviceScope, lifetimeMs: number): string {
  const expiresAt = String(brain.clock.now() + lifetimeMs);
  return brain.sealer.seal('device-token', [scope.tenant, scope.device, scope.key, expiresAt]);
}

/**
 * Whose bearer token this is. Synchronous, no look-up: whether the device is still welcome is asked by the call itself.
 * @returns undefined when the token is not ours or has expired
 */
export function authenticateDevice(brain: Brain, token: string): DeviceScope | undefined {
  const fields = brain.sealer.open('device-token', token);
  if (fields?.length !== 4) return undefined;
  const [tenant, device, key, expiresAt] = fields as [string, string, string, string];
  if (!(brain.clock.now() < Number(expiresAt))) return undefined;
  return deviceScope(tenant, device, key);
}

export function deviceScope(tenant: string, device: string, key: string): DeviceScope {
  return {
    tenant: tenantId(tenant),
    actor: `device:${device}`,
    permissions: devicePermissions,
    device: deviceId(device),
    key: keyId(key),
  };
}
