import {
  type DeviceType,
  deviceType,
  FettleError,
  type Fleet,
  type FleetId,
  type FleetKey,
  fleetId,
  groupName,
  type KeyId,
  limits,
} from '@fettle/model';
import { readPublicKey } from '@fettle/trust';
import { demand, type Scope } from '../access/scope.ts';
import { digestOf } from '../audit/digest-of.ts';
import { type Brain, fleetChanged } from '../brain.ts';
import type { Page, PageRequest, Reads, Writes } from '../ports.ts';

const defaultCheckInIntervalMs = 30 * 60_000;
const leastCheckInIntervalMs = 1_000;
const mostCheckInIntervalMs = 7 * 24 * 3_600_000;

export interface NewFleet {
  readonly id: string;
  readonly deviceTypes: readonly string[];
  readonly checkInIntervalMs?: number | undefined;
}
export interface FleetChange {
  readonly deviceTypes?: readonly string[] | undefined;
  readonly securityFloor?: number | undefined;
  readonly checkInIntervalMs?: number | undefined;
}

/** Makes a fleet with the group `all`. Asking again with the same contents changes nothing. */
export async function createFleet(scope: Scope, brain: Brain, input: NewFleet): Promise<Fleet> {
  demand(scope, 'fleet.write');
  const fleet: Fleet = {
    id: fleetId(input.id),
    tenant: scope.tenant,
    deviceTypes: readTypes(input.deviceTypes),
    keys: [],
    securityFloor: 0,
    checkInIntervalMs: readInterval(input.checkInIntervalMs ?? defaultCheckInIntervalMs),
    freezes: [],
    createdAt: brain.clock.now(),
  };
  return brain.store.transact(scope, async (tx) => {
    if (await tx.fleet(fleet.id)) {
      throw new FettleError('already-exists', `There is a fleet ${fleet.id} already.`);
    }
    await tx.insertFleet(fleet);
    await tx.saveGroup({ name: groupName('all'), fleet: fleet.id, filter: { text: '' } });
    await tx.appendAudit({
      verb: 'fleet.created',
      object: `fleet/${fleet.id}`,
      fleet: fleet.id,
      before: null,
      after: digestOf(fleet),
      reason: `device types ${fleet.deviceTypes.join(', ')}`,
    });
    return fleet;
  });
}

/** Changes a fleet; device types are only ever added and the security floor only ever rises. */
export function changeFleet(scope: Scope, brain: Brain, id: FleetId, change: FleetChange): Promise<Fleet> {
  return editFleet(scope, brain, id, async (fleet) => {
    const securityFloor = change.securityFloor ?? fleet.securityFloor;
    if (securityFloor < fleet.securityFloor) {
      throw new FettleError('wrong-state', `The security floor is ${fleet.securityFloor} and never sinks.`);
    }
    const types = change.deviceTypes ? readTypes(change.deviceTypes) : fleet.deviceTypes;
    const missing = fleet.deviceTypes.find((type) => !types.includes(type));
    if (missing)
      throw new FettleError('wrong-state', `Device type ${missing} cannot be taken away: devices may have it.`);
    const checkInIntervalMs = readInterval(change.checkInIntervalMs ?? fleet.checkInIntervalMs);
    const next: Fleet = { ...fleet, deviceTypes: types, securityFloor, checkInIntervalMs };
    return { next, verb: 'fleet.changed', reason: Object.keys(change).join(', ') };
  });
}

/** Lets one more key sign releases of the fleet. Adding it twice changes nothing. */
export function addFleetKey(
  scope: Scope,
  brain: Brain,
  id: FleetId,
  input: { name: string; publicKeyPem: string },
): Promise<Fleet> {
  const key = readPublicKey(input.publicKeyPem);
  return editFleet(scope, brain, id, async (fleet) => {
    if (fleet.keys.some((known) => known.id === key.id)) return undefined;
    if (fleet.keys.length >= limits.keysPerFleet) {
      throw new FettleError('limit-reached', `A fleet has at most ${limits.keysPerFleet} keys.`);
    }
    const publicKeyPem = key.key.export({ format: 'pem', type: 'spki' }).toString();
    const added: FleetKey = { id: key.id, publicKeyPem, name: input.name, addedAt: brain.clock.now() };
    return {
      next: { ...fleet, keys: [...fleet.keys, added] },
      verb: 'fleet.key-added',
      reason: `${input.name} ${key.id}`,
    };
  });
}

/** From now on the key signs nothing new; releases it signed before stay. */
export function removeFleetKey(scope: Scope, brain: Brain, id: FleetId, key: KeyId): Promise<Fleet> {
  return editFleet(scope, brain, id, async (fleet) => {
    const found = fleet.keys.find((known) => known.id === key);
    if (!found) throw new FettleError('not-found', `Fleet ${id} has no key ${key}.`);
    const next = { ...fleet, keys: fleet.keys.filter((known) => known.id !== key) };
    return { next, verb: 'fleet.key-removed', reason: `${found.name} ${key}` };
  });
}

export function getFleet(scope: Scope, brain: Brain, id: FleetId): Promise<Fleet> {
  demand(scope, 'fleet.read');
  return requireFleet(brain.store.reads(scope), id);
}

export function listFleets(scope: Scope, brain: Brain, page: PageRequest): Promise<Page<Fleet>> {
  demand(scope, 'fleet.read');
  return brain.store.reads(scope).fleets(page);
}

/** @throws FettleError `not-found` */
export async function requireFleet(reads: Pick<Reads, 'fleet'>, id: FleetId): Promise<Fleet> {
  const fleet = await reads.fleet(id);
  if (!fleet) throw new FettleError('not-found', `There is no fleet ${id}.`, { details: { missing: 'fleet' } });
  return fleet;
}

type FleetEdit = { next: Fleet; verb: 'fleet.changed' | 'fleet.key-added' | 'fleet.key-removed'; reason: string };

async function editFleet(
  scope: Scope,
  brain: Brain,
  id: FleetId,
  edit: (fleet: Fleet, tx: Writes) => Promise<FleetEdit | undefined>,
): Promise<Fleet> {
  demand(scope, 'fleet.write');
  const changed = await brain.store.transact(scope, async (tx) => {
    const fleet = await requireFleet(tx, id);
    const edited = await edit(fleet, tx);
    if (!edited) return fleet;
    await tx.updateFleet(edited.next);
    await tx.appendAudit({
      verb: edited.verb,
      object: `fleet/${id}`,
      fleet: id,
      before: digestOf(fleet),
      after: digestOf(edited.next),
      reason: edited.reason,
    });
    return edited.next;
  });
  fleetChanged(brain, scope.tenant, id);
  return changed;
}

function readTypes(types: readonly string[]): readonly DeviceType[] {
  const read = [...new Set(types.map(deviceType))];
  if (read.length === 0) throw new FettleError('invalid-input', 'A fleet needs at least one device type.');
  if (read.length > limits.deviceTypesPerFleet) {
    throw new FettleError('too-large', `A fleet has at most ${limits.deviceTypesPerFleet} device types.`);
  }
  return read;
}

function readInterval(intervalMs: number): number {
  if (intervalMs >= leastCheckInIntervalMs && intervalMs <= mostCheckInIntervalMs) return intervalMs;
  throw new FettleError('invalid-input', 'The check-in interval must be between one second and seven days.');
}
