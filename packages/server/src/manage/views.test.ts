import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type RouteName, routes } from '@fettle/api';
import { newGateState, reportGate } from '@fettle/control';
import {
  checkId,
  defaultPolicy,
  defaultSequentialGate,
  deploymentId,
  deviceId,
  deviceType,
  digest,
  fleetId,
  keyId,
  releaseId,
  rolloutId,
  tenantId,
} from '@fettle/model';
import { Compile } from 'typebox/compile';
import { clearanceView } from './checks.ts';
import {
  auditEventView,
  claimTokenView,
  deploymentView,
  deviceView,
  fleetView,
  foundImagesView,
  imagePolicyView,
  releaseView,
  reportView,
  rolloutView,
  tokenView,
} from './views.ts';

const at = Date.UTC(2026, 0, 1);
const made = '0'.repeat(26);
const ids = {
  fleet: fleetId('routers'),
  device: deviceId('SN:1'),
  release: releaseId(`rel_${made}`),
  rollout: rolloutId(`rol_${made}`),
  deployment: deploymentId(`dep_${made}`),
};
const error = { code: 'boot-failed', class: 'permanent', message: 'no' } as const;

/** One item of a list, or the answer itself, fits what the API promises and tells no secret. */
function fits(name: RouteName, value: unknown): void {
  const { answer } = routes[name] as { answer?: Parameters<typeof Compile>[0] };
  assert.ok(answer);
  const [first] = Compile(answer).Errors(value);
  assert.equal(first, undefined, `${name}: ${JSON.stringify(first)}`);
  assert.ok(!JSON.stringify(value).includes('secret'), `${name} tells a secret`);
}
const list = (item: unknown) => ({ items: [item], next: null });

test('fleets and tokens look as promised', () => {
  const key = { id: keyId('a'.repeat(64)), publicKeyPem: 'PEM', name: 'k', addedAt: at };
  const fleet = {
    id: ids.fleet,
    tenant: tenantId('default'),
    deviceTypes: [deviceType('r1')],
    keys: [key],
    securityFloor: 0,
    checkInIntervalMs: 1_000,
    freezes: [{ name: 'winter', from: at, until: at + 1, reason: 'holidays' }],
    createdAt: at,
  };
  fits('getFleet', fleetView(fleet));
  const token = {
    id: 'tok_1',
    tenant: tenantId('default'),
    name: 'ci',
    hash: 'secret',
    permissions: ['fleet.read'],
    createdAt: at,
    revokedAt: null,
    expiresAt: at + 1,
    only: null,
    fleets: [],
  };
  fits('listTokens', list(tokenView(token)));
  const claim = {
    id: 'clm_1',
    fleet: ids.fleet,
    hash: 'secret',
    name: 'line',
    usesLeft: 3,
    expiresAt: null,
    revokedAt: at,
    createdAt: at,
  };
  fits('listClaimTokens', list(claimTokenView(claim)));
});

test('releases and rollouts look as promised', () => {
  const artifact = {
    digest: digest('b'.repeat(64)),
    sizeBytes: 5,
    deviceType: deviceType('r1'),
    component: 'app' as never,
    kind: 'image' as const,
    hardware: ['C'],
  };
  const release = {
    id: ids.release,
    fleet: ids.fleet,
    version: '1.0.0',
    counter: 1,
    securityFloor: 0,
    allowDowngrade: false,
    mustPassThrough: true,
    requires: [{ component: 'boot' as never, counter: 1 }],
    artifacts: [artifact],
    notes: '',
    status: 'published' as const,
    signedBy: [],
    publishedAt: at,
    envelope: '{}',
  };
  fits('listReleases', list(releaseView(release)));
  const place = { component: 'app' as never, deviceType: deviceType('r1') };
  const images = [{ ...place, format: 'mcuboot', version: null, counter: 3 }];
  const found = foundImagesView({ ...release, images });
  const failed = { gate: 'hardening' as const, verdict: 'fail' as const, why: '1 key', waived: 0 };
  const open = { critical: 1, high: 0, medium: 0, low: 0, info: 0 };
  const stages = [{ stage: 'production' as const, verdict: 'fail' as const, gates: [{ ...failed, open }] }];
  const check = checkId('chk_00000000000000000000000001');
  const judged = { ...release, clearance: { check, policyDigest: 'a'.repeat(64), stages, at } };
  const clearance = clearanceView(judged);
  assert.deepEqual([releaseView(judged).clearedFor, releaseView(release).clearedFor], [[], null]);
  fits('getRelease', { ...releaseView(judged), envelope: release.envelope, images: found, clearance });
  assert.deepEqual(foundImagesView(release), [], 'nothing was looked at');
  const rule = { ...place, format: 'fit', keys: ['pem'], required: true, sameVersion: false };
  fits('getImagePolicy', imagePolicyView([rule]));
  const phase = {
    name: 'all',
    size: { share: 1 },
    maxInFlight: 1,
    failureThreshold: { count: 0 },
    successShare: 1,
    minSoakMs: 0,
    promote: 'manual' as const,
    status: 'open' as const,
    bucketLimit: 1,
    members: 3,
    forgivenFailures: 0,
    openedAt: at,
    soakFrom: null,
    endedAt: null,
  };
  const rollout = {
    id: ids.rollout,
    fleet: ids.fleet,
    release: ids.release,
    group: 'all' as never,
    status: 'running' as const,
    statusReason: '',
    salt: 'secret',
    phases: [phase],
    onFail: 'pause' as const,
    maxAttempts: 1,
    retryBackoffMs: 0,
    policy: defaultPolicy,
    returns: null,
    createdBy: 'operator:a',
    approvedBy: [],
    createdAt: at,
    startedAt: at,
    endedAt: null,
    revision: 1,
  };
  const shown = { rollout, release: { id: ids.release, version: '1.0.0' }, counts: [], holds: [] };
  fits('getRollout', rolloutView({ ...shown, gate: null }));
  const gatePlan = { ...defaultSequentialGate, metrics: [metric('boot-ms', 'value'), metric('crashes', 'event')] };
  const state = { ...newGateState(gatePlan, { '': 0.01 }, at, 60_000), suspectSince: at };
  const gate = reportGate(gatePlan, { state, totals: {}, watching: 0 });
  fits('getRollout', rolloutView({ ...shown, gate }));
});

function metric(name: string, kind: 'value' | 'event') {
  return { name, kind, worse: 'higher' as const, dryRun: true };
}

test('devices, deployments, reports and audit events look as promised', () => {
  const attempt = {
    rollout: ids.rollout,
    release: ids.release,
    deployment: ids.deployment,
    count: 1,
    lastStatus: 'failed' as const,
    permanent: true,
    lastChangedAt: at,
    counterBefore: 0,
  };
  const device = {
    id: ids.device,
    fleet: ids.fleet,
    type: deviceType('r1'),
    status: 'accepted' as const,
    publicKey: 'MCow',
    attributes: { os: 'linux', cores: 2, eth: true },
    tags: { site: 'berlin' },
    current: { app: { version: '1', counter: 1, digest: digest('c'.repeat(64)) } } as never,
    openDeployment: null,
    attempts: [attempt],
    enrolledAt: at,
    lastSeenAt: null,
  };
  fits('getDevice', deviceView(device));
  const deployment = {
    id: ids.deployment,
    fleet: ids.fleet,
    device: ids.device,
    rollout: ids.rollout,
    release: ids.release,
    phase: 0,
    attempt: 1,
    status: 'failed' as const,
    error,
    createdAt: at,
    changedAt: at,
    deadlineAt: null,
    lastSequence: 3,
    counterBefore: 1,
    site: 'ward-3',
    pair: null,
  };
  fits('deviceDeployments', list(deploymentView(deployment)));
  const report = {
    deployment: ids.deployment,
    sequence: 1,
    status: 'failed' as const,
    deviceTime: null,
    error,
    detail: '',
    receivedAt: at,
  };
  fits('deploymentReports', list(reportView(report)));
  const event = {
    sequence: 1,
    at,
    actor: 'server',
    verb: 'fleet.created' as const,
    object: 'fleet/routers',
    fleet: null,
    before: null,
    after: null,
    reason: '',
  };
  fits('listAudit', list(auditEventView(event)));
});
