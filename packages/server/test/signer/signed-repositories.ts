import { createHash } from 'node:crypto';
import type { EvidenceFile, OnlineSigner, SignedRole } from '@fettle/control';
import {
  type ComponentName,
  componentName,
  type DeviceId,
  type DeviceType,
  deviceType,
  digest,
  type FleetId,
  fleetId,
  type TenantId,
  tenantId,
} from '@fettle/model';
import {
  assembleFile,
  encodeMetadata,
  encodeTargetCustom,
  type FileMeta,
  fileMetaOf,
  generateKeyPem,
  type Metadata,
  type RootMetadata,
  type Signer,
  signerFromPem,
  signMetadata,
  type TargetFile,
  type TargetMatch,
  type TargetsMetadata,
  type TufKey,
  tufKeyOf,
} from '@fettle/trust';

export const testTenant: TenantId = tenantId('default');
export const testFleet: FleetId = fleetId('thermostat');
export const rootfs: ComponentName = componentName('rootfs');
export const boardA: DeviceType = deviceType('board-a');

const dayMs = 86_400_000;

/** A role's file, whole. */
export interface MadeFile {
  readonly metadata: Metadata;
  readonly bytes: Uint8Array;
}

export function newSigners(count: number): readonly Signer[] {
  return Array.from({ length: count }, () => signerFromPem(generateKeyPem().privateKeyPem));
}

function keyTable(signers: readonly Signer[], more: readonly TufKey[] = []): ReadonlyMap<string, TufKey> {
  return new Map([...signers.map(({ publicKey }) => tufKeyOf(publicKey)), ...more].map((key) => [key.keyid, key]));
}

function roleOf(signers: readonly Signer[], threshold: number) {
  return { keyids: signers.map(({ publicKey }) => tufKeyOf(publicKey).keyid), threshold };
}

/** What people hold of an image repository: two of three sign root and targets, one the fleet's role. */
export class Officers {
  root: readonly Signer[] = newSigners(3);
  targets: readonly Signer[] = newSigners(3);
  fleet: readonly Signer[] = newSigners(1);
  now: number;

  constructor(now: number) {
    this.now = now;
  }

  /** A root that names the signer's own keys. */
  async makeRoot(
    signer: OnlineSigner,
    version: number,
    signers: readonly Signer[] = this.root.slice(0, 2),
  ): Promise<MadeFile> {
    const { image } = await signer.keys(testTenant);
    const metadata: RootMetadata = {
      ...this.common('root', version, 300),
      keys: keyTable([...this.root, ...this.targets], [image.snapshot, image.timestamp]),
      roles: {
        root: roleOf(this.root, 2),
        targets: roleOf(this.targets, 2),
        snapshot: { keyids: [image.snapshot.keyid], threshold: 1 },
        timestamp: { keyids: [image.timestamp.keyid], threshold: 1 },
      },
      time: undefined,
    };
    return await signed(metadata, signers);
  }

  async makeTargets(version: number, signers = this.targets.slice(0, 2)): Promise<MadeFile> {
    const role = {
      name: testFleet,
      ...roleOf(this.fleet, 1),
      paths: [`${testFleet}/*/*`],
      terminating: true,
    };
    const delegations = { keys: keyTable(this.fleet), roles: [role] };
    return await signed({ ...this.common('targets', version, 180), ...emptyTargets, delegations }, signers);
  }

  async makeFleet(version: number, change: Partial<TargetsMetadata>, signers = this.fleet): Promise<MadeFile> {
    return await signed({ ...this.common('targets', version, 90), ...emptyTargets, ...change }, signers);
  }

  private common<T extends string>(type: T, version: number, days: number) {
    return { type, version, expiresAt: wholeSecond(this.now + days * dayMs), unknown: {} };
  }
}

const emptyTargets = {
  targets: new Map<string, TargetFile>(),
  delegations: undefined,
  device: undefined,
  floors: new Map<string, number>(),
};

async function signed(metadata: Metadata, signers: readonly Signer[]): Promise<MadeFile> {
  return { metadata, bytes: await signMetadata(encodeMetadata(metadata), signers) };
}

export function wholeSecond(instant: number): number {
  return Math.floor(instant / 1_000) * 1_000;
}

/** A target of both repositories: path, and how each of them lists it. */
export function targetPair(version: string, change: Partial<TargetMatch> = {}) {
  const bytes = Buffer.from(`image of ${version}`);
  const sha256 = digest(createHash('sha256').update(bytes).digest('hex'));
  const match: TargetMatch = {
    component: rootfs,
    deviceTypes: [boardA],
    version,
    releaseCounter: 7,
    nativeSignature: undefined,
    ...change,
  };
  const release = {
    kind: 'image',
    securityFloor: 0,
    allowDowngrade: false,
    mustPassThrough: false,
    requires: [],
    hardware: [],
    notes: '',
  } as const;
  const assign = {
    componentSerial: match.component,
    deployment: 'dep_00000000000000000000000001',
    rollout: undefined,
    deltaFrom: undefined,
    url: undefined,
  };
  const file = (custom: TargetFile['custom']): TargetFile => ({ length: bytes.length, sha256, custom });
  return {
    path: `${testFleet}/${match.component}/${version}.${match.deviceTypes[0]}`,
    image: file(encodeTargetCustom({ match, info: undefined, release, assign: undefined })),
    director: file(encodeTargetCustom({ match, info: undefined, release: undefined, assign })),
  };
}

/** As evidence for the signer. */
export function evidenceOf(role: string, { metadata, bytes }: MadeFile): EvidenceFile {
  return { repository: 'image', role, version: metadata.version, text: Buffer.from(bytes).toString('utf8') };
}

/** Makes and signs files through the signer, as the server does. */
export class OnlineHand {
  readonly signer: OnlineSigner;
  now: number;
  readonly meta = new Map<string, FileMeta>();
  lastSnapshot: MadeFile | undefined;
  lastTimestamp: MadeFile | undefined;

  constructor(signer: OnlineSigner, now: number) {
    this.signer = signer;
    this.now = now;
  }

  /** What the next image snapshot lists of a role. */
  list(role: string, { metadata, bytes }: MadeFile): void {
    this.meta.set(role, fileMetaOf(metadata.version, bytes));
  }

  async signImage(evidence: readonly EvidenceFile[] = []): Promise<MadeFile> {
    const of = { tenant: testTenant, repository: 'image', role: 'snapshot' } as const;
    const meta = new Map(this.meta);
    const snapshot = await this.sign(of, { type: 'snapshot', ...(await this.next(of, 6)), meta }, evidence);
    const timestamp = { tenant: testTenant, repository: 'image', role: 'timestamp' } as const;
    const named = { snapshot: fileMetaOf(snapshot.metadata.version, snapshot.bytes) };
    this.lastSnapshot = snapshot;
    this.lastTimestamp = await this.sign(timestamp, {
      type: 'timestamp',
      ...(await this.next(timestamp, 0.9)),
      ...named,
    });
    return snapshot;
  }

  /** The three files for one device. */
  async signDirectorSet(device: DeviceId, assigned: ReadonlyMap<string, TargetFile>): Promise<readonly MadeFile[]> {
    const of = <R extends 'targets' | 'snapshot' | 'timestamp'>(role: R) =>
      ({ tenant: testTenant, repository: 'director', role, device }) as const;
    const targets = await this.signTargets(device, assigned);
    const meta = new Map([['targets', fileMetaOf(targets.metadata.version, targets.bytes)]]);
    const snapshot = await this.sign(of('snapshot'), {
      type: 'snapshot',
      ...(await this.next(of('snapshot'), 7)),
      meta,
    });
    const named = { snapshot: fileMetaOf(snapshot.metadata.version, snapshot.bytes) };
    const timestamp = await this.sign(of('timestamp'), {
      type: 'timestamp',
      ...(await this.next(of('timestamp'), 7)),
      ...named,
    });
    return [targets, snapshot, timestamp];
  }

  async signTargets(device: DeviceId, targets: ReadonlyMap<string, TargetFile> = new Map()): Promise<MadeFile> {
    const of = { tenant: testTenant, repository: 'director', role: 'targets', device } as const;
    return await this.sign(of, { type: 'targets', ...(await this.next(of, 7)), ...emptyTargets, device, targets });
  }

  async sign(of: SignedRole, metadata: Metadata, evidence: readonly EvidenceFile[] = []): Promise<MadeFile> {
    const payload = encodeMetadata(metadata);
    return { metadata, bytes: assembleFile(payload, [await this.signer.sign({ of, payload, evidence })]) };
  }

  async next(of: SignedRole, days: number) {
    const version = (await this.signer.lastVersion(of)) + 1;
    return { version, expiresAt: wholeSecond(this.now + days * dayMs), unknown: {} };
  }
}

/** An image repository with one release of one fleet, known to the signer and signed. */
export async function foundRepository(signer: OnlineSigner, now: number) {
  const officers = new Officers(now);
  const hand = new OnlineHand(signer, now);
  const target = targetPair('2.0.0');
  const root = await officers.makeRoot(signer, 1);
  const targets = await officers.makeTargets(1);
  const fleet = await officers.makeFleet(1, { targets: new Map([[target.path, target.image]]) });
  hand.list('targets', targets);
  hand.list(testFleet, fleet);
  const evidence = [evidenceOf('root', root), evidenceOf('targets', targets), evidenceOf(testFleet, fleet)];
  const snapshot = await hand.signImage(evidence);
  return { officers, hand, target, files: { root, targets, fleet, snapshot } };
}
