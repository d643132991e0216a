import { createHash } from 'node:crypto';
import type { Writes } from '@fettle/control';
import {
  type ComponentName,
  type Device,
  type DeviceType,
  deviceId,
  digest,
  type Fleet,
  fleetId,
  type Group,
  groupName,
  type KeyId,
  makeId,
  type Release,
  releaseId,
  tenantId,
} from '@fettle/model';
import { createBytes } from './kernel/dice.ts';
import type { DevicePlan, ReleasePlan, WorldPlan } from './world-plan.ts';

export const worldTenant = tenantId('world');
export const worldFleet = fleetId('world');
/** Signatures are looked at when a release is published and on the device; a world begins after the one and leaves the other out. */
const key = { id: '0'.repeat(64) as KeyId, publicKeyPem: '', name: 'world' };

/** The digest of what a release brings to a device type. */
export function digestOf(release: ReleasePlan, type: string): string {
  return createHash('sha256').update(`${release.version}/${type}`).digest('hex');
}

/** What a world begins with, as a store keeps it. */
export interface Furniture {
  readonly fleet: Fleet;
  readonly groups: readonly Group[];
  readonly releases: readonly Release[];
  readonly devices: readonly Device[];
}

export function furnitureOf(world: WorldPlan): Furniture {
  const fleet: Fleet = {
    id: worldFleet,
    tenant: worldTenant,
    deviceTypes: world.fleet.deviceTypes as readonly DeviceType[],
    keys: [{ ...key, addedAt: world.startAt }],
    securityFloor: 0,
    checkInIntervalMs: world.fleet.checkInIntervalMs,
    freezes: world.fleet.freezes,
    createdAt: world.startAt,
  };
  const groups = world.fleet.groups.map(({ name, tag, value }) => {
    return { name: groupName(name), fleet: worldFleet, filter: { text: `tag.${tag} == "${value}"` } };
  });
  const bytes = createBytes(`${world.seed}/releases`);
  return {
    fleet,
    groups: [{ name: groupName('all'), fleet: worldFleet, filter: { text: '' } }, ...groups],
    releases: world.releases.map((plan) =>
      releaseOf(plan, world, releaseId(makeId('rel', world.startAt, bytes.bytes(10)))),
    ),
    devices: world.devices.map((plan) => deviceOf(plan, world)),
  };
}

/** Writes the fleet, its releases and its devices, in one transaction. */
export async function furnish(tx: Writes, world: WorldPlan): Promise<void> {
  const { fleet, groups, releases, devices } = furnitureOf(world);
  await tx.insertFleet(fleet);
  for (const group of groups) await tx.saveGroup(group);
  for (const release of releases) {
    for (const artifact of release.artifacts) await tx.insertArtifact(artifact, world.startAt);
    await tx.insertRelease(release);
  }
  for (const device of devices) await tx.insertDevice(device);
}

function releaseOf(plan: ReleasePlan, world: WorldPlan, id: Release['id']): Release {
  return {
    id,
    fleet: worldFleet,
    version: plan.version,
    counter: plan.counter,
    securityFloor: 0,
    allowDowngrade: plan.allowDowngrade,
    mustPassThrough: plan.mustPassThrough,
    requires: [],
    artifacts: Object.entries(plan.types).map(([type, hardware]) => ({
      deviceType: type as DeviceType,
      component: 'rootfs' as ComponentName,
      kind: 'image',
      digest: digest(digestOf(plan, type)),
      sizeBytes: plan.sizeBytes,
      hardware,
    })),
    notes: '',
    status: 'published',
    signedBy: [key.id],
    publishedAt: world.startAt,
    envelope: '{}',
  };
}

/** The key of every device: what a device has proven stands in its scope already. */
export const deviceKeyText = 'world';

function deviceOf(plan: DevicePlan, world: WorldPlan): Device {
  return {
    id: deviceId(plan.id),
    fleet: worldFleet,
    type: plan.type as DeviceType,
    status: 'accepted',
    publicKey: deviceKeyText,
    attributes: {},
    tags: plan.tags,
    current: {},
    openDeployment: null,
    attempts: [],
    enrolledAt: world.startAt,
    lastSeenAt: null,
  };
}
