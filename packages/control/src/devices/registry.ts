import {
  type Artifact,
  type Deployment,
  type DeploymentId,
  type Device,
  type DeviceId,
  type DeviceStatus,
  type Digest,
  deviceId,
  FettleError,
  type FleetId,
  limits,
  type Report,
  type Tags,
} from '@fettle/model';
import { readPublicKey } from '@fettle/trust';
import { demand, type Scope } from '../access/scope.ts';
import { type Brain, countsChanged } from '../brain.ts';
import { requireFleet } from '../fleets/fleets.ts';
import type { Page, PageRequest, Writes } from '../ports.ts';
import { changeDeployment, writeChange } from '../rollouts/deployment-change.ts';
import { rememberTraits } from '../rollouts/segments/traits.ts';
import type { DeviceScope } from './device-scope.ts';
import { derBase64, knownType } from './enrol.ts';
import { requireDevice } from './require-device.ts';

/** Pre-authorises a device by its public key, before it is ever switched on. Asking twice changes nothing. */
export async function registerDevice(
  scope: Scope,
  brain: Brain,
  fleet: FleetId,
  input: { id: string; type: string; publicKey: string; tags?: Tags | undefined },
): Promise<Device> {
  demand(scope, 'device.write');
  const isPem = input.publicKey.includes('-----BEGIN');
  const publicKey = derBase64(readPublicKey(isPem ? input.publicKey : Buffer.from(input.publicKey, 'base64')));
  return brain.store.transact(scope, async (tx) => {
    const found = await requireFleet(tx, fleet);
    const id = deviceId(input.id);
    const type = knownType(found, input.type);
    const known = await tx.device(id);
    if (known) {
      if (known.publicKey === publicKey && known.fleet === fleet && known.type === type) return known;
      throw new FettleError('already-exists', `Device ${id} is registered already, with another key, fleet or type.`);
    }
    const device: Device = {
      id,
      fleet,
      type,
      status: 'accepted',
      publicKey,
      attributes: {},
      tags: input.tags ?? {},
      current: {},
      openDeployment: null,
      attempts: [],
      enrolledAt: brain.clock.now(),
      lastSeenAt: null,
    };
    await tx.insertDevice(device);
    await tx.appendAudit({ ...about(device), verb: 'device.accepted', reason: 'registered before first contact' });
    return device;
  });
}

export function acceptDevice(scope: Scope, brain: Brain, id: DeviceId, reason: string): Promise<Device> {
  return changeStatus(scope, brain, id, { status: 'accepted', reason });
}

/** Shuts a device out: its tokens stop working at once. */
export function rejectDevice(scope: Scope, brain: Brain, id: DeviceId, reason: string): Promise<Device> {
  return changeStatus(scope, brain, id, { status: 'rejected', reason });
}

/** Hears a device but offers it nothing until it is accepted again; what it has under way goes on. */
export function quarantineDevice(scope: Scope, brain: Brain, id: DeviceId, reason: string): Promise<Device> {
  return changeStatus(scope, brain, id, { status: 'quarantined', reason });
}

async function changeStatus(
  scope: Scope,
  brain: Brain,
  id: DeviceId,
  change: { status: Exclude<DeviceStatus, 'pending'>; reason: string },
): Promise<Device> {
  demand(scope, 'device.write');
  return brain.store.transact(scope, async (tx) => {
    const device = await findDevice(tx, id);
    if (device.status === change.status) return device;
    const changed: Device = { ...device, status: change.status };
    await tx.updateDevice(changed);
    await tx.appendAudit({ ...about(device), verb: `device.${change.status}`, reason: change.reason });
    return changed;
  });
}

/** Forgets a device and its key, so that it may enrol anew; what it has open is skipped, what it did stays on record. */
export async function removeDevice(scope: Scope, brain: Brain, id: DeviceId, reason: string): Promise<void> {
  demand(scope, 'device.write');
  const removed = await brain.store.transact(scope, async (tx) => {
    const device = await findDevice(tx, id);
    const open = device.openDeployment === null ? undefined : await tx.deployment(device.openDeployment);
    const now = brain.clock.now();
    const change = open && changeDeployment(open, device, { status: 'skipped', error: null, now });
    if (change) await writeChange(tx, change, 'the device was removed');
    await tx.deleteDevice(id);
    await tx.appendAudit({ ...about(device), verb: 'device.removed', reason });
    return { fleet: device.fleet, rollout: change?.deployment.rollout };
  });
  if (removed.rollout !== undefined) countsChanged(brain, scope.tenant, removed.fleet, [removed.rollout]);
}

/** Replaces what operators say of a device. */
export async function setDeviceTags(scope: Scope, brain: Brain, id: DeviceId, tags: Tags): Promise<Device> {
  demand(scope, 'device.write');
  const names = Object.keys(tags);
  if (names.length > limits.tagsPerDevice) {
    throw new FettleError('too-large', `A device has at most ${limits.tagsPerDevice} tags.`);
  }
  return brain.store.transact(scope, async (tx) => {
    const device = await findDevice(tx, id);
    const changed = rememberTraits(device, { ...device, tags });
    await tx.updateDevice(changed);
    const reason = names.map((name) => `${name}=${tags[name]}`).join(' ');
    await tx.appendAudit({ ...about(device), verb: 'device.tagged', reason: reason.slice(0, 500) });
    return changed;
  });
}

export function getDevice(scope: Scope, brain: Brain, id: DeviceId): Promise<Device> {
  demand(scope, 'fleet.read');
  return findDevice(brain.store.reads(scope), id);
}

export function countDevices(
  scope: Scope,
  brain: Brain,
  fleet: FleetId,
): Promise<Readonly<Record<DeviceStatus, number>>> {
  demand(scope, 'fleet.read');
  return brain.store.reads(scope).countDevices(fleet);
}

/** The deployments of a device, newest first. */
export async function deviceDeployments(
  scope: Scope,
  brain: Brain,
  id: DeviceId,
  page: PageRequest,
): Promise<Page<Deployment>> {
  demand(scope, 'fleet.read');
  const reads = brain.store.reads(scope);
  await findDevice(reads, id);
  return reads.deploymentsOfDevice(id, page);
}

/** What a device reported of one deployment, in the order of arrival. */
export async function deploymentReports(
  scope: Scope,
  brain: Brain,
  id: DeploymentId,
): Promise<{ deployment: Deployment; reports: readonly (Report & { readonly receivedAt: number })[] }> {
  demand(scope, 'fleet.read');
  const reads = brain.store.reads(scope);
  const deployment = await reads.deployment(id);
  if (!deployment) throw new FettleError('not-found', `There is no deployment ${id}.`);
  return { deployment, reports: await reads.reports(id) };
}

/**
 * Lets a device have the bytes of an artifact, if a release of its fleet has it.
 * @throws FettleError `not-found` when not: nobody learns of other fleets' artifacts
 */
export async function openArtifact(scope: DeviceScope, brain: Brain, wanted: Digest): Promise<Artifact> {
  const reads = brain.store.reads(scope);
  const device = requireDevice(scope, await reads.device(scope.device));
  const isTheirs = await reads.fleetHasArtifact(device.fleet, wanted);
  const artifact = isTheirs ? await reads.artifact(wanted) : undefined;
  if (!artifact) throw new FettleError('not-found', `Fleet ${device.fleet} has no artifact ${wanted}.`);
  return artifact;
}

async function findDevice(reads: Pick<Writes, 'device'>, id: DeviceId): Promise<Device> {
  const device = await reads.device(id);
  if (!device) throw new FettleError('not-found', `There is no device ${id}.`);
  return device;
}

function about(device: Device) {
  return { object: `device/${device.id}`, fleet: device.fleet, before: null, after: null };
}
