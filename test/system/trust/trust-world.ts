import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  appendUpload,
  type Brain,
  beginUpload,
  createRollout,
  nextCounter,
  publishTargets,
  publishTrustChange,
  requestTrustChange,
  type Scope,
  serverScope,
  signTrustChange,
  tickRollouts,
} from '@fettle/control';
import { componentName, type DeviceType, digest, type FleetId, type Manifest, type TrustChange } from '@fettle/model';
import { targetsOfManifest } from '@fettle/trust';
import { Ceremony, type Staged } from '../../../packages/control/test/ceremony.ts';
import { FakeOnlineSigner } from '../../../packages/control/test/fake-online-signer.ts';
import { createWorld, simplePlan, type World } from '../../support/memory-brain.ts';

/** The brain with a signer, and the officers of its tenant. */
export interface TrustWorld extends AsyncDisposable {
  readonly world: World;
  readonly brain: Brain;
  readonly admin: Scope;
  readonly server: Scope;
  readonly signer: FakeOnlineSigner;
  readonly officers: Ceremony;
  readonly fleet: FleetId;
  /** Requests a change and adds its signatures. */
  stage(file: Staged): Promise<TrustChange>;
  /** `stage`, then publish. */
  publish(file: Staged, force?: boolean): Promise<TrustChange>;
  /** Roots of both repositories and a delegation to the fleet. */
  begin(): Promise<void>;
  manifest(version: string, changes?: Partial<Manifest>): Promise<Manifest>;
  /** Uploads, signs and publishes a release of the fleet under its delegation. */
  release(version: string, changes?: Partial<Manifest>): Promise<Manifest>;
  /** Notes that the targets of a release stand. */
  stands(manifest: Manifest): void;
  /** Starts a rollout of a release to everybody. */
  rollOut(version: string): Promise<void>;
}

export async function createTrustWorld(): Promise<TrustWorld> {
  const world = await createWorld();
  const now = () => world.now;
  const signer = new FakeOnlineSigner(now);
  const officers = new Ceremony(now);
  const brain: Brain = { ...world.brain, signer };
  const { admin, fleet } = world;
  const made: TrustWorld = {
    world,
    brain,
    admin,
    server: serverScope(admin.tenant),
    signer,
    officers,
    fleet,
    async stage({ repository, role, payload, signatures }) {
      const change = await requestTrustChange(admin, brain, { repository, role, payload, reason: 'a ceremony' });
      for (const one of signatures) await signTrustChange(admin, brain, change.id, { ...one, meaning: 'released' });
      return change;
    },
    async publish(file, force = false) {
      const { id } = await made.stage(file);
      const published = await publishTrustChange(admin, brain, id, { force, reason: 'as agreed' });
      officers.stands(`${file.repository} ${file.role}`);
      return published;
    },
    async begin() {
      const online = await signer.keys();
      await made.publish(await officers.imageRoot(online));
      await made.publish(await officers.targets([fleet]));
      await made.publish(await officers.directorRoot(online));
    },
    async manifest(version, changes = {}) {
      const bytes = Buffer.from(`image of ${version}`);
      const found = digest(createHash('sha256').update(bytes).digest('hex'));
      const { upload } = await beginUpload(admin, brain, { digest: found, sizeBytes: bytes.length });
      if (upload) await appendUpload(admin, brain, upload.id, { offset: 0, bytes: Readable.from([bytes]) });
      const artifacts = ['board-a', 'board-b'].map((type) => ({
        deviceType: type as DeviceType,
        component: componentName('rootfs'),
        kind: 'image' as const,
        digest: found,
        sizeBytes: bytes.length,
        hardware: [],
      }));
      const counter = await nextCounter(admin, brain, fleet);
      const facts = { securityFloor: 0, allowDowngrade: false, mustPassThrough: false, requires: [], notes: '' };
      return { fleet, version, counter, ...facts, artifacts, ...changes };
    },
    async release(version, changes) {
      const manifest = await made.manifest(version, changes);
      await publishTargets(admin, brain, fleet, await officers.release(manifest));
      made.stands(manifest);
      return manifest;
    },
    stands(manifest) {
      officers.stands(`image ${fleet}`);
      officers.listed.set(fleet, new Map([...(officers.listed.get(fleet) ?? []), ...targetsOfManifest(manifest)]));
    },
    async rollOut(version) {
      const plan = { group: 'all', plan: simplePlan(), start: true, reason: '' };
      await createRollout(admin, brain, fleet, { version, ...plan });
      await tickRollouts(brain);
    },
    [Symbol.asyncDispose]: () => world.close(),
  };
  return made;
}
