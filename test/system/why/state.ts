import type {
  ComponentName,
  Demands,
  Deployment,
  Device,
  DeviceAttempt,
  DeviceId,
  DeviceType,
  Digest,
  Fleet,
  FleetId,
  GroupName,
  Hold,
  HoldId,
  KeyId,
  Phase,
  Release,
  ReleaseId,
  Rollout,
  RolloutId,
  TenantId,
} from '@fettle/model';
import { defaultGate, defaultPolicy, deploymentId, makeId, noCounts, releaseId, rolloutId } from '@fettle/model';

/** The hour in which everything happens: a Wednesday, 11:30 in UTC. */
export const now = Date.UTC(2026, 10, 25, 11, 30);
export const hour = 3_600_000;
export const minute = 60_000;

const bytes = (n: number) => Uint8Array.from({ length: 10 }, (_, i) => (n >>> (8 * (i % 4))) & 0xff);
const digestOf = (n: number) => n.toString(16).padStart(64, '0') as Digest;
export const rootfs = 'rootfs' as ComponentName;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** One fleet with one device and the rollout it is asked about; blockers spoil it field by field. */
export interface State {
  readonly number: number;
  readonly fleet: Mutable<Fleet>;
  readonly device: Mutable<Device>;
  readonly release: Mutable<Release>;
  readonly rollout: Mutable<Rollout>;
  readonly phase: Mutable<Phase>;
  readonly groupFilter: { text: string };
  /** Whether the rollout exists at all. */
  readonly exists: { rollout: boolean };
  readonly otherReleases: Release[];
  readonly otherRollouts: Rollout[];
  readonly holds: Hold[];
  readonly deployments: Deployment[];
  readonly starts: { minute: number; devices: number; bytes: number }[];
  readonly counts: { open: number; started: number; succeeded: number };
}

/** A state in which nothing holds the device back. */
export function freeState(tenant: TenantId, n: number): State {
  const fleet: Fleet = {
    id: `fleet-${n}` as FleetId,
    tenant,
    deviceTypes: ['board-a' as DeviceType],
    keys: [{ id: digestOf(1) as string as KeyId, publicKeyPem: '', name: 'release', addedAt: 0 }],
    securityFloor: 0,
    checkInIntervalMs: minute,
    freezes: [],
    createdAt: 0,
  };
  const phase: Phase = {
    name: 'all',
    size: { share: 1 },
    maxInFlight: 5,
    failureThreshold: { share: 0.5 },
    successShare: 0.9,
    minSoakMs: 0,
    promote: 'automatic',
    status: 'open',
    bucketLimit: 1,
    members: 10,
    forgivenFailures: 0,
    openedAt: 0,
    soakFrom: null,
    endedAt: null,
  };
  const release = releaseOf(fleet, n, 20);
  return {
    number: n,
    fleet,
    release,
    phase,
    rollout: rolloutOf(release, n, 3, [phase]),
    device: deviceOf(fleet, n),
    groupFilter: { text: '' },
    exists: { rollout: true },
    otherReleases: [],
    otherRollouts: [],
    holds: [],
    deployments: [],
    starts: [],
    counts: { open: 0, started: 0, succeeded: 0 },
  };
}

export function releaseOf(fleet: Fleet, n: number, counter: number, changes: Partial<Release> = {}): Release {
  return {
    id: releaseId(makeId('rel', counter, bytes(n))),
    fleet: fleet.id,
    version: `${counter}.0.0`,
    counter,
    securityFloor: 0,
    allowDowngrade: false,
    mustPassThrough: false,
    requires: [],
    notes: '',
    artifacts: [
      {
        deviceType: 'board-a' as DeviceType,
        component: rootfs,
        kind: 'image',
        digest: digestOf(counter),
        sizeBytes: 1_000,
        hardware: [],
      },
    ],
    status: 'published',
    signedBy: [fleet.keys[0]?.id as KeyId],
    publishedAt: 0,
    envelope: '{}',
    ...changes,
  };
}

export function rolloutOf(release: Release, n: number, place: number, phases: readonly Phase[]): Rollout {
  return {
    id: rolloutId(makeId('rol', place, bytes(n))),
    fleet: release.fleet,
    release: release.id,
    group: 'all' as GroupName,
    status: 'running',
    statusReason: 'test',
    salt: 'salt',
    phases,
    onFail: 'abort',
    maxAttempts: 3,
    retryBackoffMs: minute,
    policy: { ...defaultPolicy, gate: defaultGate },
    returns: null,
    createdBy: 'operator:anna',
    approvedBy: [],
    createdAt: 0,
    startedAt: 0,
    endedAt: null,
    revision: 1,
  };
}

function deviceOf(fleet: Fleet, n: number): Device {
  return {
    id: `dev-${n}` as DeviceId,
    fleet: fleet.id,
    type: 'board-a' as DeviceType,
    status: 'accepted',
    publicKey: `key-${n}`,
    attributes: {},
    tags: {},
    current: runs(10),
    openDeployment: null,
    attempts: [],
    enrolledAt: 0,
    lastSeenAt: null,
  };
}

/** What a device says when it runs the release of a counter. */
export function runs(counter: number): Device['current'] {
  return { [rootfs]: { version: `${counter}.0.0`, counter, digest: digestOf(counter) } };
}

export function say(state: State, name: string, value: string | number | boolean): void {
  state.device.attributes = { ...state.device.attributes, [name]: value };
}

export function demand(state: State, demands: Partial<Demands>): void {
  const { policy } = state.rollout;
  state.rollout.policy = { ...policy, demands: { ...policy.demands, ...demands } };
}

export function budget(state: State, budgets: Partial<Rollout['policy']['budgets']>): void {
  const { policy } = state.rollout;
  state.rollout.policy = { ...policy, budgets: { ...policy.budgets, ...budgets } };
}

export function attempt(state: State, changes: Partial<DeviceAttempt>): void {
  state.device.attempts = [
    {
      rollout: state.rollout.id,
      release: state.release.id,
      deployment: deploymentId(makeId('dep', 1, bytes(state.number))),
      count: 1,
      lastStatus: 'failed',
      permanent: false,
      lastChangedAt: now - 1_000,
      counterBefore: 10,
      ...changes,
    },
  ];
}

export function hold(state: State, expression: string): void {
  state.holds.push({
    id: `hld_${state.number}` as HoldId,
    fleet: state.fleet.id,
    rollout: state.rollout.id as RolloutId,
    expression,
    reason: 'seeded',
    heldBy: 'operator:anna',
    createdAt: 0,
    expiresAt: now + hour,
  });
}

/** A device beside this one that has a deployment under way. */
export function neighbour(state: State, place: { site?: string; pair?: string }): void {
  state.deployments.push({
    id: deploymentId(makeId('dep', 2 + state.deployments.length, bytes(state.number))),
    fleet: state.fleet.id,
    device: `neighbour-${state.number}` as DeviceId,
    rollout: state.rollout.id,
    release: state.release.id as ReleaseId,
    phase: 0,
    attempt: 1,
    status: 'downloading',
    error: null,
    createdAt: 0,
    changedAt: 0,
    deadlineAt: now + hour,
    lastSequence: 0,
    counterBefore: 1,
    site: place.site ?? null,
    pair: place.pair ?? null,
  });
}

export { noCounts };
