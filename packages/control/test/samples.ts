import {
  type CurrentArtifacts,
  componentName,
  type Device,
  defaultPolicy,
  deploymentId,
  deviceId,
  deviceType,
  digest,
  type Fleet,
  fleetId,
  type Group,
  groupName,
  keyId,
  noCounts,
  type Phase,
  type Release,
  type Rollout,
  releaseId,
  rolloutId,
  tenantId,
} from '@fettle/model';
import type { DecisionContext, RolloutContext } from '../src/rollouts/context.ts';

export const signingKey = keyId('a'.repeat(64));

/** Sample objects for tests: whole and valid, each field can be replaced. */
export const fleet: Fleet = {
  id: fleetId('thermostat'),
  tenant: tenantId('default'),
  deviceTypes: [deviceType('board-a'), deviceType('board-b')],
  keys: [{ id: signingKey, publicKeyPem: '', name: 'release', addedAt: 0 }],
  securityFloor: 0,
  checkInIntervalMs: 60_000,
  freezes: [],
  createdAt: 0,
};

const made = (prefix: string, n: number) => `${prefix}_${n.toString(10).padStart(26, '0')}`;
export const rolloutNumber = (n: number) => rolloutId(made('rol', n));
export const releaseNumber = (n: number) => releaseId(made('rel', n));
export const deploymentNumber = (n: number) => deploymentId(made('dep', n));
export const imageOf = (n: number) => digest(n.toString(16).padStart(64, '0'));
export const rootfs = componentName('rootfs');

export function running(n: number): CurrentArtifacts {
  return n === 0 ? {} : { [rootfs]: { version: `${n}.0.0`, counter: n, digest: imageOf(n) } };
}

export function sampleDevice(changes: Partial<Device> = {}): Device {
  return {
    id: deviceId('dev-1'),
    fleet: fleet.id,
    type: deviceType('board-a'),
    status: 'accepted',
    publicKey: '',
    attributes: {},
    tags: {},
    current: running(1),
    openDeployment: null,
    attempts: [],
    enrolledAt: 0,
    lastSeenAt: null,
    ...changes,
  };
}

export function sampleRelease(n: number, changes: Partial<Release> = {}): Release {
  return {
    id: releaseNumber(n),
    fleet: fleet.id,
    version: `${n}.0.0`,
    counter: n,
    securityFloor: 0,
    allowDowngrade: false,
    mustPassThrough: false,
    requires: [],
    notes: '',
    artifacts: [
      {
        deviceType: deviceType('board-a'),
        component: rootfs,
        kind: 'image',
        digest: imageOf(n),
        sizeBytes: 100,
        hardware: [],
      },
    ],
    status: 'published',
    signedBy: [signingKey],
    publishedAt: 0,
    envelope: '{}',
    ...changes,
  };
}

export function samplePhase(changes: Partial<Phase> = {}): Phase {
  return {
    name: 'all',
    size: { share: 1 },
    maxInFlight: 1_000,
    failureThreshold: { share: 0.05 },
    successShare: 0.9,
    minSoakMs: 0,
    promote: 'automatic',
    status: 'open',
    bucketLimit: 1,
    members: 100,
    openedAt: 0,
    forgivenFailures: 0,
    soakFrom: null,
    endedAt: null,
    ...changes,
  };
}

export function sampleRollout(n: number, changes: Partial<Rollout> = {}): Rollout {
  return {
    id: rolloutNumber(n),
    fleet: fleet.id,
    release: releaseNumber(n),
    group: groupName('all'),
    status: 'running',
    statusReason: '',
    salt: `salt-${n}`,
    phases: [samplePhase()],
    onFail: 'abort',
    maxAttempts: 3,
    retryBackoffMs: 60_000,
    policy: defaultPolicy,
    returns: null,
    createdBy: 'operator:test',
    approvedBy: [],
    createdAt: 0,
    startedAt: 0,
    endedAt: null,
    revision: 1,
    ...changes,
  };
}

export function sampleGroup(text = ''): Group {
  return { name: groupName('all'), fleet: fleet.id, filter: { text } };
}

export function sampleContext(n: number, changes: Partial<RolloutContext> = {}): RolloutContext {
  const rollout = changes.rollout ?? sampleRollout(n);
  return {
    rollout,
    release: sampleRelease(n),
    group: sampleGroup(),
    phaseGroups: new Map(),
    counts: rollout.phases.map(() => noCounts),
    starts: [],
    ...changes,
  };
}

/** A fleet with these rollouts, in the order in which they are served. */
export function sampleFleet(
  rollouts: readonly RolloutContext[],
  changes: Partial<DecisionContext> = {},
): DecisionContext {
  return { fleet, rollouts, holds: [], steppingStones: [], ...changes };
}
