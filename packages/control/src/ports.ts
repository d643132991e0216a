import type { Readable } from 'node:stream';
import type {
  Artifact,
  AuditEvent,
  Deployment,
  DeploymentId,
  Device,
  DeviceId,
  DeviceStatus,
  Digest,
  Filter,
  Fleet,
  FleetId,
  Group,
  GroupName,
  Instant,
  NewAuditEvent,
  PhaseCounts,
  Release,
  ReleaseId,
  Report,
  Rollout,
  RolloutId,
  TenantId,
} from '@fettle/model';
import type { Scope } from './access/scope.ts';

/** Part of a list: `after` is the `next` of the page before; lists are keyset-paged. */
export interface PageRequest {
  readonly after?: string | undefined;
  /** 1 to `limits.pageSize`. */
  readonly limit: number;
}
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** An operator's or a machine's API token; only its SHA-256 is stored. */
export interface OperatorToken {
  readonly id: string;
  readonly tenant: TenantId;
  readonly name: string;
  readonly hash: string;
  readonly permissions: readonly string[];
  readonly createdAt: Instant;
  readonly revokedAt: Instant | null;
}

/** Lets unknown devices of one fleet enrol by themselves; only its SHA-256 is stored. */
export interface ClaimToken {
  readonly id: string;
  readonly fleet: FleetId;
  readonly hash: string;
  readonly name: string;
  readonly usesLeft: number;
  readonly expiresAt: Instant | null;
  readonly revokedAt: Instant | null;
  readonly createdAt: Instant;
}

/** An upload that may be resumed; `receivedBytes` are safe on storage. */
export interface Upload {
  readonly id: string;
  readonly digest: Digest;
  readonly sizeBytes: number;
  readonly receivedBytes: number;
  readonly createdAt: Instant;
}

export interface DeviceQuery extends PageRequest {
  readonly fleet: FleetId;
  readonly status?: DeviceStatus | undefined;
  readonly filter?: Filter | undefined;
}

export interface AuditQuery extends PageRequest {
  readonly fleet?: FleetId | undefined;
  readonly object?: string | undefined;
  /** Newest first unless true. */
  readonly oldestFirst?: boolean | undefined;
}

/** Reading, always inside one tenant. Absent objects are `undefined`. */
export interface Reads {
  fleet(id: FleetId): Promise<Fleet | undefined>;
  fleets(page: PageRequest): Promise<Page<Fleet>>;
  group(fleet: FleetId, name: GroupName): Promise<Group | undefined>;
  groups(fleet: FleetId): Promise<readonly Group[]>;
  claimTokens(fleet: FleetId): Promise<readonly ClaimToken[]>;
  claimToken(hash: string): Promise<ClaimToken | undefined>;
  operatorTokens(): Promise<readonly OperatorToken[]>;

  artifact(digest: Digest): Promise<Artifact | undefined>;
  upload(id: string): Promise<Upload | undefined>;
  openUploads(): Promise<readonly Upload[]>;

  release(id: ReleaseId): Promise<Release | undefined>;
  releaseByVersion(fleet: FleetId, version: string): Promise<Release | undefined>;
  /** Newest first. */
  releases(fleet: FleetId, page: PageRequest): Promise<Page<Release>>;
  /** Highest release counter ever used in the fleet; 0 when none. */
  lastCounter(fleet: FleetId): Promise<number>;
  /** Whether a release of the fleet has this artifact. */
  fleetHasArtifact(fleet: FleetId, digest: Digest): Promise<boolean>;

  rollout(id: RolloutId): Promise<Rollout | undefined>;
  /** Newest first (by id). */
  rollouts(fleet: FleetId, page: PageRequest): Promise<Page<Rollout>>;
  /** One entry a phase, in order; phases without any deployment count zero. */
  rolloutCounts(id: RolloutId, phases: number): Promise<readonly PhaseCounts[]>;

  /** The hot read: one indexed look-up. */
  device(id: DeviceId): Promise<Device | undefined>;
  /** In order of device id. */
  devices(query: DeviceQuery): Promise<Page<Device>>;
  /** Devices of the fleet that wait for acceptance; costs no more than `limits.pendingDevicesPerFleet` index entries. */
  countPendingDevices(fleet: FleetId): Promise<number>;
  countDevices(fleet: FleetId): Promise<Readonly<Record<DeviceStatus, number>>>;

  deployment(id: DeploymentId): Promise<Deployment | undefined>;
  /** Newest first. */
  deploymentsOfDevice(device: DeviceId, page: PageRequest): Promise<Page<Deployment>>;
  deploymentsOfRollout(rollout: RolloutId, page: PageRequest): Promise<Page<Deployment>>;
  /** Open deployments whose deadline is over, oldest first. */
  overdueDeployments(now: Instant, limit: number): Promise<readonly Deployment[]>;
  reports(deployment: DeploymentId): Promise<readonly (Report & { readonly receivedAt: Instant })[]>;

  auditEvents(query: AuditQuery): Promise<Page<AuditEvent>>;
}

/** Writing, inside one transaction. Everything here commits together or not at all. */
export interface Writes extends Reads {
  insertFleet(fleet: Fleet): Promise<void>;
  updateFleet(fleet: Fleet): Promise<void>;
  saveGroup(group: Group): Promise<void>;
  deleteGroup(fleet: FleetId, name: GroupName): Promise<void>;
  insertClaimToken(token: ClaimToken): Promise<void>;
  updateClaimToken(token: ClaimToken): Promise<void>;
  insertOperatorToken(token: OperatorToken): Promise<void>;
  revokeOperatorToken(id: string, at: Instant): Promise<void>;

  insertArtifact(artifact: Artifact, at: Instant): Promise<void>;
  insertUpload(upload: Upload): Promise<void>;
  updateUpload(upload: Upload): Promise<void>;
  deleteUpload(id: string): Promise<void>;

  insertRelease(release: Release): Promise<void>;
  updateRelease(release: Release): Promise<void>;

  insertRollout(rollout: Rollout): Promise<void>;
  /** Replaces the rollout if its stored revision is `rollout.revision - 1`; false when somebody was faster. */
  updateRollout(rollout: Rollout): Promise<boolean>;
  /** Adds to the counts of one phase; fields may be negative. */
  addCounts(id: RolloutId, phase: number, delta: PhaseCounts): Promise<void>;

  insertDevice(device: Device): Promise<void>;
  updateDevice(device: Device): Promise<void>;
  deleteDevice(id: DeviceId): Promise<void>;

  insertDeployment(deployment: Deployment): Promise<void>;
  updateDeployment(deployment: Deployment): Promise<void>;
  /** Keeps a report; false when this (deployment, sequence) is kept already. */
  insertReport(report: Report, receivedAt: Instant): Promise<boolean>;

  appendAudit(event: NewAuditEvent): Promise<void>;
}

/** Where everything but artifacts lives. */
export interface Store {
  reads(scope: Scope): Reads;
  /**
   * Runs work in a transaction; many callers share one commit, each is answered only after it is durable.
   * If the work throws, its own writes are undone and nobody else's.
   */
  transact<T>(scope: Scope, work: (tx: Writes) => Promise<T>): Promise<T>;
  /** Remembers that devices were seen; written later in batches. */
  seen(scope: Scope, device: DeviceId, at: Instant): void;
  /** Looks a token up before any tenant is known. */
  operatorTokenByHash(hash: string): Promise<OperatorToken | undefined>;
  tenants(): Promise<readonly TenantId[]>;
  createTenant(id: TenantId, at: Instant): Promise<void>;
  /** 32 random bytes that belong to the installation, made once. */
  secret(): Promise<Uint8Array>;
}

/** Where the bytes of artifacts live. Nothing is ever held in memory whole. */
export interface ArtifactStore {
  /** Appends to an upload at `offset`; resolves to the new size once it is durable. Stops at `sizeLimit`. */
  append(upload: string, bytes: Readable, range: { offset: number; sizeLimit: number }): Promise<number>;
  /** Durable bytes of an upload; 0 when there are none. */
  uploadedBytes(upload: string): Promise<number>;
  /** Hashes the upload and makes it the artifact; returns the digest that was found. Idempotent. */
  finish(upload: string, expected: Digest): Promise<{ readonly found: Digest; readonly kept: boolean }>;
  discard(upload: string): Promise<void>;
  /**
   * Hands the bytes of an artifact over, piece by piece, each after the one before was taken; the memory of a piece is
   * used again as soon as `take` resolves. Ends early when `take` rejects.
   * @param range both ends included; the whole artifact when absent
   * @throws FettleError `not-found`, `invalid-input`; both before the first piece
   */
  pour(
    digest: Digest,
    take: (piece: Uint8Array) => Promise<void>,
    range?: { start: number; end: number },
  ): Promise<void>;
}

export interface Clock {
  now(): Instant;
  /** Resolves after everybody else who waits had a turn: long work asks for it between its pieces. */
  turn(): Promise<void>;
}
export interface Randomness {
  bytes(count: number): Uint8Array;
}

/** Tells other parts of the process that something changed. */
export interface Notifier {
  fleetChanged(tenant: TenantId, fleet: FleetId): void;
}

/** All that the brain needs from the world. */
export interface Ports {
  readonly store: Store;
  readonly artifacts: ArtifactStore;
  readonly clock: Clock;
  readonly random: Randomness;
  readonly notifier: Notifier;
}
