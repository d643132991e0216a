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
  createFleet,
  ensureBootstrapToken,
  publishRelease,
  type Scope,
  type Writes,
} from '@fettle/control';
import {
  type Attributes,
  type Device,
  defaultPolicy,
  deviceId,
  digest,
  fleetId,
  type Manifest,
  type Release,
  type RolloutPlan,
  type Tags,
  tenantId,
} from '@fettle/model';
import { encodeManifest, generateKeyPem, manifestPayloadType, signEnvelope, signerFromPem } from '@fettle/trust';
import { openDiskArtifacts } from '../packages/server/src/artifacts/index.ts';
import { openSqliteStore } from '../packages/server/src/store/index.ts';

/** What seeding is made of: the same store and brain that serve it later. */
export const fleet = fleetId('bench');
export const tenant = tenantId('default');
const perTransaction = 1_000;
const clock = { now: () => Date.now(), turn: () => new Promise<void>((resolve) => setImmediate(resolve)) };
const random = { bytes: (count: number) => randomBytes(count) };

/** Opens a data folder as the server does; close the store in the end. */
export async function openBrain(dataDir: string) {
  mkdirSync(dataDir, { recursive: true });
  const store = await openSqliteStore({ file: join(dataDir, 'fettle.db'), clock, random });
  const artifacts = await openDiskArtifacts({ folder: join(dataDir, 'artifacts'), openUploads: new Set() });
  const brain = await createBrain({ store, artifacts, clock, random, notifier: { fleetChanged() {} } });
  return { brain, store };
}

/** Makes the fleet of the bench in an empty installation. */
export async function seedFleet(brain: Brain) {
  const adminToken = (await ensureBootstrapToken(brain)) ?? '';
  const admin: Scope = { tenant, actor: 'operator:bench', permissions: new Set(adminPermissions) };
  await createFleet(admin, brain, { id: fleet, deviceTypes: ['board-a'], checkInIntervalMs: 1_800_000 });
  const keys = generateKeyPem();
  await addFleetKey(admin, brain, fleet, { name: 'bench', publicKeyPem: keys.publicKeyPem });
  return { adminToken, admin, keys };
}

/** A file of random bytes, as an image to publish. */
export interface Image {
  readonly file: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly privateKeyPem: string;
}
export function makeImage(file: string, sizeBytes: number, privateKeyPem: string): Image {
  const bytes = randomBytes(sizeBytes);
  writeFileSync(file, bytes);
  return { file, sha256: createHash('sha256').update(bytes).digest('hex'), sizeBytes, privateKeyPem };
}

/** Everybody at once. */
export const plan: RolloutPlan = {
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
  policy: defaultPolicy,
};

export async function publish(
  admin: Scope,
  brain: Brain,
  image: Image,
  named: { readonly version: string; readonly counter: number },
): Promise<Release> {
  const { upload } = await beginUpload(admin, brain, { digest: digest(image.sha256), sizeBytes: image.sizeBytes });
  if (upload) await appendUpload(admin, brain, upload.id, { offset: 0, bytes: createReadStream(image.file) });
  const artifact = {
    deviceType: 'board-a',
    component: 'rootfs',
    kind: 'image',
    digest: image.sha256,
    sizeBytes: image.sizeBytes,
    hardware: [],
  };
  const manifest = {
    fleet,
    ...named,
    securityFloor: 0,
    allowDowngrade: false,
    mustPassThrough: false,
    requires: [],
    notes: '',
    artifacts: [artifact],
  } as unknown as Manifest;
  const signer = signerFromPem(image.privateKeyPem);
  const envelope = await signEnvelope(manifestPayloadType, encodeManifest(manifest), [signer]);
  return (await publishRelease(admin, brain, fleet, JSON.stringify(envelope))).release;
}

export async function addDevices(
  brain: Brain,
  scope: Scope,
  wanted: {
    prefix: string;
    count: number;
    current: Device['current'] | object;
    attributes: Attributes;
    tags(index: number): Tags;
  },
): Promise<Device[]> {
  const devices = Array.from({ length: wanted.count }, (_, i) => ({
    id: deviceId(`${wanted.prefix}-${String(i).padStart(7, '0')}`),
    fleet,
    type: 'board-a',
    status: 'accepted',
    publicKey: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), randomBytes(32)]).toString('base64'),
    attributes: wanted.attributes,
    tags: wanted.tags(i),
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
