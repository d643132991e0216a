import type { FleetView, PhaseView, ReleaseView, RolloutView } from '@fettle/api';
import { defaultPolicy, makeId } from '@fettle/model';

const at = '2026-11-01T10:00:00.000Z';
export const idOf = (prefix: string, n: number) => makeId(prefix, 1_790_000_000_000 + n, new Uint8Array(10));

export function fleet(keys: readonly string[] = []): FleetView {
  const list = keys.map((id) => ({ id, name: 'release key', publicKeyPem: '', addedAt: at }));
  return {
    id: 'hubs',
    deviceTypes: ['hub-a', 'hub-b'],
    keys: list,
    securityFloor: 0,
    freezes: [],
    checkInIntervalMs: 60_000,
    createdAt: at,
  };
}

export function release(change: Partial<ReleaseView> = {}): ReleaseView {
  return {
    id: idOf('rel', 1),
    fleet: 'hubs',
    version: '1.0.0',
    counter: 1,
    securityFloor: 0,
    allowDowngrade: false,
    artifacts: [],
    notes: '',
    status: 'published',
    signedBy: [],
    publishedAt: at,
    clearedFor: null,
    source: null,
    ...change,
  };
}

export const nobody = { started: 0, open: 0, succeeded: 0, failed: 0, rolledBack: 0, neutral: 0, proven: 0 };

export function phase(change: Partial<PhaseView> = {}): PhaseView {
  return {
    name: 'canary',
    size: { share: 0.05 },
    maxInFlight: 10,
    failureThreshold: { share: 0.05 },
    successShare: 0.9,
    minSoakMs: 0,
    promote: 'automatic',
    status: 'open',
    bucketLimit: 0.05,
    members: 10,
    openedAt: at,
    soakFrom: null,
    endedAt: null,
    forgivenFailures: 0,
    counts: nobody,
    ...change,
  };
}

export function rollout(change: Partial<RolloutView> = {}): RolloutView {
  return {
    id: idOf('rol', 1),
    fleet: 'hubs',
    release: { id: idOf('rel', 1), version: '1.0.0' },
    group: 'all',
    status: 'running',
    statusReason: '',
    phases: [phase()],
    onFail: 'abort',
    maxAttempts: 3,
    retryBackoffMs: 1_000,
    policy: {
      ...defaultPolicy,
      gate: { kind: 'fixed' },
      windows: [],
      startAt: null,
      endAt: null,
      budgets: { ...defaultPolicy.budgets },
      demands: { ...defaultPolicy.demands },
    },
    gate: null,
    holds: [],
    returns: null,
    createdBy: 'operator:test',
    approvedBy: [],
    createdAt: at,
    startedAt: at,
    endedAt: null,
    revision: 1,
    ...change,
  };
}
