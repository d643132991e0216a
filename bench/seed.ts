import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import {
  type Brain,
  createClaimToken,
  createRollout,
  deviceScope,
  type Scope,
  sealDeviceToken,
  tickRollouts,
} from '@fettle/control';
import { type Deployment, type Device, deploymentId, deviceId, digest, makeId, noCounts } from '@fettle/model';
import { addDevices, fleet, makeImage, openBrain, plan, publish, seedFleet, tenant } from './seed-kit.ts';

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
  readonly publicKey: string;
}

const attributes = { os: 'linux 6.12', site: 'berlin', agentVersion: '0.1.0', bootedSlot: 'a' };
const looks = { attributes, tags: (index: number) => ({ ring: index % 10 === 0 ? 'early' : 'late' }) };

/** Fills an empty data folder. */
export async function seed(
  dataDir: string,
  size: { devices: number; tokens: number; busy: number; fileBytes: number },
): Promise<Seeded> {
  const { brain, store } = await openBrain(dataDir);
  const { adminToken, admin, keys } = await seedFleet(brain);
  const image = makeImage(join(dataDir, '..', 'image.bin'), size.fileBytes, keys.privateKeyPem);
  const release = await publish(admin, brain, image, { version: '1.0.0', counter: 1 });
  const current = { rootfs: { version: release.version, counter: release.counter, digest: digest(image.sha256) } };
  const idle = await addDevices(brain, admin, { prefix: 'idle', count: size.devices, current, ...looks });
  const wanted = { version: release.version, group: 'all', plan, start: true, reason: 'bench' };
  await createRollout(admin, brain, fleet, wanted);
  await tickRollouts(brain);
  const busy = await addDevices(brain, admin, { prefix: 'busy', count: size.busy, current: {}, ...looks });
  const deployments = await addDeployments(brain, admin, busy);
  const claim = await createClaimToken(admin, brain, fleet, { name: 'bench', uses: 10, expiresAt: null });
  const withToken = (device: Device): BenchDevice => {
    const scope = deviceScope(tenant, device.id, device.publicKey);
    return { id: device.id, publicKey: device.publicKey, token: sealDeviceToken(brain, scope, 3_600_000) };
  };
  const seeded: Seeded = {
    adminToken,
    claimToken: claim.token,
    fleetKeyPem: keys.publicKeyPem,
    file: image.file,
    sha256: image.sha256,
    version: release.version,
    idle: idle.slice(0, size.tokens).map(withToken),
    busy: busy.map((device, i) => ({ ...withToken(device), deployment: deployments[i] ?? '' })),
  };
  await store.close();
  return seeded;
}

/** Tokens for the idle devices that no server has seen yet, `count` of them, each another. */
export async function freshTokens(dataDir: string, seeded: Seeded, count: number): Promise<string[]> {
  const { brain, store } = await openBrain(dataDir);
  const tokens: string[] = [];
  for (let i = 0; i < count; i++) {
    const device = seeded.idle[i % seeded.idle.length] as BenchDevice;
    const scope = deviceScope(tenant, deviceId(device.id), device.publicKey);
    tokens.push(sealDeviceToken(brain, scope, 3_600_000 + i));
  }
  await store.close();
  return tokens;
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
    counterBefore: 0,
    site: null,
    pair: null,
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
