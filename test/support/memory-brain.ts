import { createHash, generateKeyPairSync } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  type ArtifactStore,
  addFleetKey,
  adminPermissions,
  appendUpload,
  type Brain,
  beginUpload,
  createBrain,
  createFleet,
  type DeviceScope,
  deviceScope,
  nextCounter,
  publishRelease,
  registerDevice,
  type Scope,
} from '@fettle/control';
import {
  type ComponentName,
  type DeviceType,
  defaultPolicy,
  deviceId,
  digest,
  FettleError,
  fleetId,
  type Manifest,
  type RolloutPlan,
  tenantId,
} from '@fettle/model';
import { encodeManifest, generateKeyPem, manifestPayloadType, signEnvelope, signerFromPem } from '@fettle/trust';
import { type OpenStore, openSqliteStore } from '../../packages/server/src/store/index.ts';

/** The real brain over the real store in memory, with a clock and randomness that the test owns. */
export interface World {
  readonly brain: Brain;
  readonly store: OpenStore;
  readonly admin: Scope;
  readonly fleet: ReturnType<typeof fleetId>;
  now: number;
  close(): Promise<void>;
  /** Writes last-seen times at once: virtual time does not wait for the real clock. */
  flushSeen(): Promise<void>;
  publish(version: string, changes?: Partial<Manifest>): Promise<Manifest>;
  addDevice(id: string, type?: string): Promise<DeviceScope>;
}

export async function createWorld(seed = 1): Promise<World> {
  let counter = seed * 1_000_003;
  const random = {
    bytes: (count: number) => {
      counter++;
      const bytes: number[] = [];
      for (let i = 0; bytes.length < count; i++) bytes.push(...createHash('sha256').update(`${counter}/${i}`).digest());
      return Uint8Array.from(bytes.slice(0, count));
    },
  };
  const world = { now: 1_700_000_000_000 };
  const clock = { now: () => world.now, turn: async () => {} };
  const store = await openSqliteStore({ file: ':memory:', clock, random });
  const brain = await createBrain({
    store,
    artifacts: memoryArtifacts(),
    clock,
    random,
    notifier: { fleetChanged() {} },
  });
  const tenant = tenantId('default');
  await store.createTenant(tenant, world.now);
  const admin: Scope = { tenant, actor: 'operator:test', permissions: new Set(adminPermissions) };
  const fleet = fleetId('thermostat');
  await createFleet(admin, brain, { id: fleet, deviceTypes: ['board-a', 'board-b'], checkInIntervalMs: 60_000 });
  const keys = generateKeyPem();
  const signer = signerFromPem(keys.privateKeyPem);
  await addFleetKey(admin, brain, fleet, { name: 'release', publicKeyPem: keys.publicKeyPem });

  return Object.assign(world, {
    brain,
    store,
    admin,
    fleet,
    close: () => store.close(),
    flushSeen: () => store.flushSeen(),
    async publish(version: string, changes: Partial<Manifest> = {}) {
      const bytes = Buffer.from(`image of ${version}`);
      const found = digest(createHash('sha256').update(bytes).digest('hex'));
      const { upload } = await beginUpload(admin, brain, { digest: found, sizeBytes: bytes.length });
      if (upload) await appendUpload(admin, brain, upload.id, { offset: 0, bytes: Readable.from([bytes]) });
      const manifest: Manifest = {
        fleet,
        version,
        counter: await nextCounter(admin, brain, fleet),
        securityFloor: 0,
        allowDowngrade: false,
        mustPassThrough: false,
        requires: [],
        notes: '',
        artifacts: ['board-a', 'board-b'].map((type) => ({
          deviceType: type as DeviceType,
          component: 'rootfs' as ComponentName,
          kind: 'image',
          digest: found,
          sizeBytes: bytes.length,
          hardware: [],
        })),
        ...changes,
      };
      const envelope = await signEnvelope(manifestPayloadType, encodeManifest(manifest), [signer]);
      await publishRelease(admin, brain, fleet, JSON.stringify(envelope));
      return manifest;
    },
    async addDevice(id: string, type = 'board-a') {
      const { publicKey } = generateKeyPairSync('ed25519');
      const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
      await registerDevice(admin, brain, fleet, { id, type, publicKey: pem });
      return deviceScope(tenant, deviceId(id), publicKey.export({ format: 'der', type: 'spki' }).toString('base64'));
    },
  });
}

/** One phase over everybody, without soak. */
export function simplePlan(changes: Partial<RolloutPlan['phases'][number]>[] = [{}]): RolloutPlan {
  return {
    phases: changes.map((change, index) => ({
      name: `phase-${index}`,
      size: { share: 1 },
      maxInFlight: 1_000,
      failureThreshold: { share: 0.05 },
      successShare: 0.9,
      minSoakMs: 0,
      promote: 'automatic',
      ...change,
    })),
    onFail: 'abort',
    maxAttempts: 3,
    retryBackoffMs: 1_000,
    policy: defaultPolicy,
  };
}

function memoryArtifacts(): ArtifactStore {
  const uploads = new Map<string, Buffer>();
  const kept = new Map<string, Buffer>();
  return {
    async append(upload, bytes, { offset }) {
      const chunks: Buffer[] = [(uploads.get(upload) ?? Buffer.alloc(0)).subarray(0, offset)];
      for await (const chunk of bytes) chunks.push(Buffer.from(chunk));
      const all = Buffer.concat(chunks);
      uploads.set(upload, all);
      return all.length;
    },
    uploadedBytes: async (upload) => uploads.get(upload)?.length ?? 0,
    async finish(upload, expected) {
      const bytes = uploads.get(upload) ?? Buffer.alloc(0);
      const found = digest(createHash('sha256').update(bytes).digest('hex'));
      if (found === expected) kept.set(found, bytes);
      return { found, kept: found === expected };
    },
    discard: async (upload) => void uploads.delete(upload),
    async pour(wanted, take, range) {
      const bytes = kept.get(wanted);
      if (!bytes) throw new FettleError('not-found', 'no such artifact');
      await take(bytes.subarray(range?.start, range && range.end + 1));
    },
  };
}
