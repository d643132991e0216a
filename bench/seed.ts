import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  addFleetKey,
  adminPermissions,
  appendUpload,
  type Brain,
  beginUpload,
  createBrain,
  createClaimToken,
  createFleet,
  createRollout,
  deviceScope,
  ensureBootstrapToken,
  publishRelease,
  type Scope,
  sealDeviceToken,
  tickRollouts,
  type Writes,
} from '@fettle/control';
import {
  type Deployment,
  type Device,
  deploymentId,
  deviceId,
  digest,
  fleetId,
  type Manifest,
  makeId,
  noCounts,
  type Release,
  type RolloutPlan,
  tenantId,
} from '@fettle/model';
import { encodeManifest, generateKeyPem, manifestPayloadType, signEnvelope, signerFromPem } from '@fettle/trust';
import { openDiskArtifacts } from '../packages/server/src/artifacts/index.ts';
import { openSqliteStore } from '../packages/server/src/store/index.ts';

/** A server's data folder with a fleet in it, and what a client needs to play its devices. */
export interface Seeded {
  readonly adminToken: string;
  readonly claimToken: string;
  readonly fleetKeyPem: string;
  /** The artifact that devices download. */
  readonly file: string;
  readonly sha256: string;
  readonly version: string;
  /** Devices that run the newest release: nothing new for them. */
  readonly idle: readonly BenchDevice[];
  /** Devices with a deployment under way. */
  readonly busy: readonly (BenchDevice & { readonly deployment: string })[];
}
export interface BenchDevice {
  readonly id: string;
  readonly token: string;
}

const fleet = fleetId('bench');
const tenant = tenantId('default');
const perTransaction = 1_000;
const attributes = { os: 'linux 6.12', site: 'berlin', agentVersion: '0.1.0', bootedSlot: 'a' };

/** Fills an empty data folder through the same store and brain that serve it later. */
export async function seed(
  dataDir: string,
  size: { devices: number; tokens: number; busy: number; fileBytes: number },
): Promise<Seeded> {
  mkdirSync(dataDir, { recursive: true });
  const clock = { now: () => Date.now(), turn: () => new Promise<void>((resolve) => setImmediate(resolve)) };
  const random = { bytes: (count: number) => randomBytes(count) };
  const store = await openSqliteStore({ file: join(dataDir, 'fettle.db'), clock, random });
  const artifacts = await openDiskArtifacts({ folder: join(dataDir, 'artifacts'), openUploads: new Set() });
  const brain = await createBrain({ store, artifacts, clock, random, notifier: { fleetChanged() {} } });
  const adminToken = (await ensureBootstrapToken(brain)) ?? '';
  const admin: Scope = { tenant, actor: 'operator:bench', permissions: new Set(adminPermissions) };
  await createFleet(admin, brain, { id: fleet, deviceTypes: ['board-a'], checkInIntervalMs: 1_800_000 });
  const keys = generateKeyPem();
  await addFleetKey(admin, brain, fleet, { name: 'bench', publicKeyPem: keys.publicKeyPem });
  const file = join(dataDir, '..', 'image.bin');
  const bytes = randomBytes(size.fileBytes);
  writeFileSync(file, bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const release = await publish(admin, brain, {
    file,
    sha256,
    sizeBytes: bytes.length,
    privateKeyPem: keys.privateKeyPem,
  });
  const current = { rootfs: { version: release.version, counter: release.counter, digest: digest(sha256) } };
  const idle = await addDevices(brain, admin, { prefix: 'idle', count: size.devices, current });
  await createRollout(admin, brain, fleet, {
    version: release.version,
    group: 'all',
    plan,
    start: true,
    reason: 'bench',
  });
  await tickRollouts(brain);
  const busy = await addDevices(brain, admin, { prefix: 'busy', count: size.busy, current: {} });
  const deployments = await addDeployments(brain, admin, busy);
  const { token: claimToken } = await createClaimToken(admin, brain, fleet, {
    name: 'bench',
    uses: 10,
    expiresAt: null,
  });
  const withToken = (device: Device): BenchDevice => {
    return {
      id: device.id,
      token: sealDeviceToken(brain, deviceScope(tenant, device.id, device.publicKey), 3_600_000),
    };
  };
  const seeded: Seeded = {
    adminToken,
    claimToken,
    fleetKeyPem: keys.publicKeyPem,
    file,
    sha256,
    version: release.version,
    idle: idle.slice(0, size.tokens).map(withToken),
    busy: busy.map((device, i) => ({ ...withToken(device), deployment: deployments[i] ?? '' })),
  };
  await store.close();
  return seeded;
}

const plan: RolloutPlan = {
  phases: [
    {
      name: 'all',
      size: { share: 1 },
      maxInFlight: 1_000_000,
      failureThreshold: { share: 0.5 },
      successShare: 1,
      minSoakMs: 0,
      promote: 'automatic',
    },
  ],
  onFail: 'pause',
  maxAttempts: 3,
  retryBackoffMs: 1_000,
};

async function publish(
  admin: Scope,
  brain: Brain,
  image: { file: string; sha256: string; sizeBytes: number; privateKeyPem: string },
): Promise<Release> {
  const { upload } = await beginUpload(admin, brain, { digest: digest(image.sha256), sizeBytes: image.sizeBytes });
  if (upload) await appendUpload(admin, brain, upload.id, { offset: 0, bytes: createReadStream(image.file) });
  const artifact = {
    deviceType: 'board-a',
    component: 'rootfs',
    kind: 'image',
    digest: image.sha256,
    sizeBytes: image.sizeBytes,
  };
  const manifest = {
    fleet,
    version: '1.0.0',
    counter: 1,
    securityFloor: 0,
    allowDowngrade: false,
    notes: '',
    artifacts: [artifact],
  } as unknown as Manifest;
  const signer = signerFromPem(image.privateKeyPem);
  const envelope = await signEnvelope(manifestPayloadType, encodeManifest(manifest), [signer]);
  return (await publishRelease(admin, brain, fleet, JSON.stringify(envelope))).release;
}

async function addDevices(
  brain: Brain,
  scope: Scope,
  wanted: { prefix: string; count: number; current: Device['current'] | object },
): Promise<Device[]> {
  const devices = Array.from({ length: wanted.count }, (_, i) => ({
    id: deviceId(`${wanted.prefix}-${String(i).padStart(7, '0')}`),
    fleet,
    type: 'board-a',
    status: 'accepted',
    publicKey: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), randomBytes(32)]).toString('base64'),
    attributes,
    tags: { ring: i % 10 === 0 ? 'early' : 'late' },
    current: wanted.current,
    openDeployment: null,
    attempts: [],
    enrolledAt: Date.now(),
    lastSeenAt: null,
  })) as unknown as Device[];
  for (let from = 0; from < devices.length; from += perTransaction) {
    await brain.store.transact(scope, async (tx: Writes) => {
      for (const device of devices.slice(from, from + perTransaction)) await tx.insertDevice(device);
    });
  }
  return devices;
}

async function addDeployments(brain: Brain, scope: Scope, devices: readonly Device[]): Promise<string[]> {
  const reads = brain.store.reads(scope);
  const rollout = (await reads.rollouts(fleet, { limit: 1 })).items[0];
  if (!rollout) throw new Error('The rollout of the bench is missing.');
  const now = Date.now();
  const deployments: Deployment[] = devices.map((device) => ({
    id: deploymentId(makeId('dep', now, randomBytes(10))),
    fleet,
    device: device.id,
    rollout: rollout.id,
    release: rollout.release,
    phase: 0,
    attempt: 1,
    status: 'offered',
    error: null,
    createdAt: now,
    changedAt: now,
    deadlineAt: now + 86_400_000,
    lastSequence: 0,
  }));
  await brain.store.transact(scope, async (tx) => {
    for (const [i, deployment] of deployments.entries()) {
      await tx.insertDeployment(deployment);
      await tx.updateDevice({ ...(devices[i] as Device), openDeployment: deployment.id });
    }
    await tx.addCounts(rollout.id, 0, { ...noCounts, started: devices.length, open: devices.length });
  });
  return deployments.map((deployment) => deployment.id);
}

/** What an idle device says at check-in: the same as last time. */
export function checkInBody(seeded: Seeded): string {
  const rootfs = { version: seeded.version, counter: 1, sha256: seeded.sha256 };
  return JSON.stringify({ attributes, current: { rootfs } });
}
