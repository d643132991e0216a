import { createHash } from 'node:crypto';
import type { ClaimToken, OperatorToken, Scope, Store, StoredSearch, Upload } from '@fettle/control';
import {
  componentName,
  type Deployment,
  type Device,
  type DeviceStatus,
  defaultPolicy,
  deploymentId,
  deviceId,
  deviceType,
  digest,
  type Fleet,
  type FleetId,
  type FleetKey,
  fleetId,
  type Group,
  groupName,
  type Hold,
  type HoldId,
  keyId,
  makeId,
  type NewAuditEvent,
  type Phase,
  type Release,
  type Report,
  type Rollout,
  releaseId,
  rolloutId,
  type TenantId,
  tenantId,
} from '@fettle/model';

/** A store under test and how to be done with it. */
export interface Opened {
  readonly store: Store & { flushSeen(): Promise<void> };
  /** The clock of the store, in its hand. */
  readonly clock: { time: number };
  close(): Promise<void>;
}
export type Open = () => Promise<Opened>;

export const acme = tenantId('acme');
export const rival = tenantId('rival');
export const thermostats = fleetId('thermostat');

export function scopeOf(tenant: TenantId, actor = 'operator:ada'): Scope {
  return { tenant, actor, permissions: new Set() };
}

/** Bytes and digests from a word, the same in every run. */
export const digestOf = (word: string) => digest(createHash('sha256').update(word).digest('hex'));
const idOf = (prefix: string, at: number, word: string): string =>
  makeId(prefix, at, createHash('sha256').update(word).digest());
export const releaseIdOf = (at: number, word = '') => releaseId(idOf('rel', at, word));
export const rolloutIdOf = (at: number, word = '') => rolloutId(idOf('rol', at, word));
export const deploymentIdOf = (at: number, word = '') => deploymentId(idOf('dep', at, word));

export function fleetOf(tenant: TenantId, id: FleetId = thermostats, changes: Partial<Fleet> = {}): Fleet {
  const key: FleetKey = { id: keyId(digestOf('key')), publicKeyPem: 'pem', name: 'release', addedAt: 7 };
  return {
    id,
    tenant,
    deviceTypes: [deviceType('board-a'), deviceType('board-b')],
    keys: [key],
    securityFloor: 3,
    checkInIntervalMs: 60_000,
    freezes: [{ name: 'winter', from: 5, until: 9, reason: 'holidays' }],
    createdAt: 1_700_000_000_000,
    ...changes,
  };
}

export function groupOf(name: string, text = 'tag.site == "berlin"'): Group {
  return { name: groupName(name), fleet: thermostats, filter: { text } };
}

export function deviceOf(id: string, changes: Partial<Device> = {}): Device {
  return {
    id: deviceId(id),
    fleet: thermostats,
    type: deviceType('board-a'),
    status: 'accepted',
    publicKey: 'MCowBQYDK2VwAyEA',
    attributes: { serial: id, ram: 512, ratio: 0.1, ready: true },
    tags: { site: 'berlin' },
    current: { [componentName('rootfs')]: { version: '1.0.0', counter: 1, digest: digestOf('one') } },
    openDeployment: null,
    attempts: [],
    enrolledAt: 1_700_000_000_000,
    lastSeenAt: null,
    ...changes,
  };
}

export function releaseOf(counter: number, changes: Partial<Release> = {}): Release {
  const artifact = {
    digest: digestOf(`artifact ${counter}`),
    sizeBytes: 1_000 + counter,
    component: componentName('rootfs'),
    kind: 'image',
    hardware: ['B', 'C'],
  } as const;
  return {
    id: releaseIdOf(counter),
    fleet: thermostats,
    version: `1.0.${counter}`,
    counter,
    securityFloor: 0,
    allowDowngrade: counter % 2 === 0,
    mustPassThrough: counter % 3 === 0,
    requires: [{ component: componentName('rootfs'), counter: 1 }],
    artifacts: [
      { ...artifact, deviceType: deviceType('board-a') },
      { ...artifact, deviceType: deviceType('board-b') },
    ],
    notes: 'Schöne neue „Version“ 🚀',
    status: 'published',
    signedBy: [keyId(digestOf('key'))],
    publishedAt: 1_700_000_000_000 + counter,
    envelope: '{"payload":"…"}',
    ...changes,
  };
}

export function rolloutOf(at: number, changes: Partial<Rollout> = {}): Rollout {
  const phase: Phase = {
    name: 'canary',
    size: { share: 0.05 },
    maxInFlight: 10,
    failureThreshold: { count: 2 },
    successShare: 0.9,
    minSoakMs: 60_000,
    promote: 'automatic',
    status: 'waiting',
    bucketLimit: 0.123456789,
    members: 0,
    forgivenFailures: 0,
    openedAt: null,
    soakFrom: null,
    endedAt: null,
  };
  return {
    id: rolloutIdOf(at),
    fleet: thermostats,
    release: releaseIdOf(1),
    group: groupName('all'),
    status: 'draft',
    statusReason: 'It was just made.',
    salt: 'salt',
    phases: [phase, { ...phase, name: 'all', size: { count: 100 } }],
    onFail: 'abort',
    maxAttempts: 3,
    retryBackoffMs: 1_000,
    policy: { ...defaultPolicy, priority: 7, rate: { kind: 'constant', perMinute: 2.5 } },
    returns: null,
    createdBy: 'operator:anna',
    approvedBy: ['operator:bert'],
    createdAt: at,
    startedAt: null,
    endedAt: null,
    revision: 1,
    ...changes,
  };
}

export function deploymentOf(at: number, changes: Partial<Deployment> = {}): Deployment {
  return {
    id: deploymentIdOf(at),
    fleet: thermostats,
    device: deviceId('dev-1'),
    rollout: rolloutIdOf(1),
    release: releaseIdOf(1),
    phase: 0,
    attempt: 1,
    status: 'offered',
    error: null,
    createdAt: at,
    changedAt: at,
    deadlineAt: at + 1_000,
    counterBefore: 1,
    site: null,
    pair: null,
    lastSequence: 0,
    ...changes,
  };
}

export function reportOf(sequence: number, changes: Partial<Report> = {}): Report {
  return {
    deployment: deploymentIdOf(1),
    sequence,
    status: 'downloading',
    deviceTime: sequence % 2 === 0 ? null : 86_400_000,
    error: null,
    detail: `report ${sequence}`,
    ...changes,
  };
}

export function claimTokenOf(id: string, changes: Partial<ClaimToken> = {}): ClaimToken {
  return {
    id,
    fleet: thermostats,
    hash: digestOf(`claim ${id}`),
    name: `line ${id}`,
    usesLeft: 5,
    expiresAt: null,
    revokedAt: null,
    createdAt: 1,
    ...changes,
  };
}

export function operatorTokenOf(tenant: TenantId, id: string): OperatorToken {
  return {
    id,
    tenant,
    name: `ci ${id}`,
    hash: digestOf(`operator ${tenant} ${id}`),
    permissions: ['fleet.read', 'audit.read'],
    createdAt: 5,
    revokedAt: null,
    expiresAt: null,
    only: null,
    fleets: [],
  };
}

export function uploadOf(id: string, changes: Partial<Upload> = {}): Upload {
  return { id, digest: digestOf(id), sizeBytes: 10_000_000_000, receivedBytes: 0, createdAt: 9, ...changes };
}

export function eventOf(object: string, changes: Partial<NewAuditEvent> = {}): NewAuditEvent {
  return {
    verb: 'fleet.changed',
    object,
    fleet: null,
    before: null,
    after: digestOf('after'),
    reason: 'r',
    ...changes,
  };
}

/** A tenant with one of everything that others hang on: fleet, release 1, rollout 1, device dev-1. */
export async function prepare(store: Store, tenant: TenantId = acme): Promise<Scope> {
  const scope = scopeOf(tenant);
  await store.createTenant(tenant, 1);
  await store.transact(scope, async (tx) => {
    await tx.insertFleet(fleetOf(tenant));
    await tx.insertRelease(releaseOf(1));
    await tx.insertRollout(rolloutOf(1));
    await tx.insertDevice(deviceOf('dev-1'));
  });
  return scope;
}

export const countsOf = (pending: number, accepted: number, rejected = 0): Record<DeviceStatus, number> => ({
  pending,
  accepted,
  quarantined: 0,
  rejected,
});

export const holdIdOf = (word: string) => `hld_${word}` as HoldId;

export function holdOf(word: string, changes: Partial<Hold> = {}): Hold {
  return {
    id: holdIdOf(word),
    fleet: thermostats,
    rollout: null,
    expression: 'tag.site == "berlin"',
    reason: 'They reboot at night.',
    heldBy: 'operator:anna',
    createdAt: 5,
    expiresAt: 9,
    ...changes,
  };
}

export function searchOf(n: number, changes: Partial<StoredSearch> = {}): StoredSearch {
  return {
    rollout: rolloutIdOf(n),
    at: 7,
    failedSoFar: 4,
    started: 300,
    fleetDevices: 1_000,
    devices: 300,
    failures: 4,
    candidates: 120,
    alpha: 0.05,
    segments: [
      {
        conditions: [{ kind: 'is', trait: 'attribute.hw', value: 'C' }],
        expression: 'attribute.hw == "C"',
        devices: 5,
        failures: 4,
        rateInside: 0.8,
        rateOutside: 0,
        lift: null,
        interval: [0.2, 1],
        chance: 1e-9,
        alike: [],
        fleetDevices: 20,
      },
    ],
    ...changes,
  };
}
