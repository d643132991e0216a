import type { Readable } from 'node:stream';
import type {
  Artifact,
  AuditEvent,
  AuditVerb,
  Deployment,
  DeploymentId,
  Device,
  DeviceId,
  DeviceStatus,
  Digest,
  Fleet,
  FleetId,
  Group,
  GroupName,
  Hold,
  HoldId,
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
import type { Confinement, Scope } from './access/scope.ts';
import type { EvidenceSigner } from './audit/evidence-signer.ts';
import type { CheckReads, CheckWrites } from './checks/check-store.ts';
import type { GateRunner } from './checks/gate-runner.ts';
import type { DeviceHash } from './devices/quiet-memo.ts';
import type { KnownName } from './expressions/schema.ts';
import type { Page, PageRequest } from './page.ts';
import type { PeopleReads, PeopleWrites } from './people/people-store.ts';
import type { IssuerKeys } from './publishers/issuer-keys.ts';
import type { PublisherReads, PublisherWrites } from './publishers/publisher-store.ts';
import type { ImageInspector } from './releases/image-inspector.ts';
import type { SteppingStone } from './rollouts/context.ts';
import type { GateKeepingReads, GateKeepingWrites, GateReads, GateWrites } from './rollouts/gates/gate-store.ts';
import type { StoredSearch } from './rollouts/segments/stored-search.ts';
import type { Start } from './rollouts/timing/pace.ts';
import type { OnlineSigner } from './trust/online-signer.ts';
import type { TrustReads, TrustWrites } from './trust/trust-store.ts';
import type { RunningScans } from './vulnerabilities/running.ts';
import type { VulnerabilityLookup } from './vulnerabilities/vulnerability-lookup.ts';
import type { VulnerabilityReads, VulnerabilityWrites } from './vulnerabilities/vulnerability-store.ts';

export type { Page, PageRequest } from './page.ts';

/** An operator's or a machine's API token; only its SHA-256 is stored. */
export interface OperatorToken {
  readonly id: string;
  readonly tenant: TenantId;
  readonly name: string;
  readonly hash: string;
  readonly permissions: readonly string[];
  readonly createdAt: Instant;
  readonly revokedAt: Instant | null;
  /** Null: it does not end by itself. */
  readonly expiresAt: Instant | null;
  /** What it is good for, when it is for publishing to one fleet only. */
  readonly only: TokenConfinement | null;
  /** The fleets whose things it opens; empty for the whole tenant. */
  readonly fleets: readonly FleetId[];
}

export interface TokenConfinement extends Confinement {
  /** All claims of the ID token it was given for; null when a person made it. */
  readonly claims: Readonly<Record<string, unknown>> | null;
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
}

/** Devices of a fleet that an expression selects. */
export interface DeviceSearch {
  readonly fleet: FleetId;
  readonly status?: DeviceStatus | undefined;
  /** A checked expression; empty for every device. */
  readonly expression: string;
  /** When: what the age of a device counts from. */
  readonly now: Instant;
}

/** Something counted over every device of a fleet: a name under which it is known in every thread, and how. */
export interface Survey<Order, Result> {
  readonly name: string;
  /** @param order plain data: it may come from another thread */
  begin(order: Order): Tally<Result>;
}
export interface Tally<Result> {
  add(device: Device): void;
  /** Plain data. */
  result(): Result;
}

/** Reads that take long: where the database lets them, they never run on the thread that answers devices. */
export interface Scans extends RunningScans {
  /**
   * In order of device id. A page may hold fewer devices than asked for, even none, and still have a `next`: what fits
   * few of a million is looked for piece by piece. Only a page without `next` is the last.
   */
  devices(search: DeviceSearch & PageRequest): Promise<Page<Device>>;
  countDevices(search: DeviceSearch): Promise<number>;
  /** Shows every device of the fleet to a tally, in no order. */
  survey<Order, Result>(
    survey: Survey<Order, Result>,
    of: Pick<DeviceSearch, 'fleet' | 'status'>,
    order: Order,
  ): Promise<Result>;
}

export interface AuditQuery extends PageRequest {
  readonly fleet?: FleetId | undefined;
  readonly object?: string | undefined;
  /** Of these kinds only; all when absent. */
  readonly verbs?: readonly AuditVerb[] | undefined;
  /** Newest first unless true. */
  readonly oldestFirst?: boolean | undefined;
}

/** Reading, always inside one tenant. Absent objects are `undefined`. */
export interface Reads
  extends GateReads,
    GateKeepingReads,
    TrustReads,
    CheckReads,
    PublisherReads,
    PeopleReads,
    VulnerabilityReads {
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
  releaseByCounter(fleet: FleetId, counter: number): Promise<Release | undefined>;
  /** Newest first. */
  releases(fleet: FleetId, page: PageRequest): Promise<Page<Release>>;
  /** Highest release counter ever used in the fleet; 0 when none. */
  lastCounter(fleet: FleetId): Promise<number>;
  /** Whether a release of the fleet has this artifact. */
  fleetHasArtifact(fleet: FleetId, digest: Digest): Promise<boolean>;

  rollout(id: RolloutId): Promise<Rollout | undefined>;
  /** Rollouts that send devices of this one back. */
  rolloutsReturning(id: RolloutId): Promise<readonly Rollout[]>;
  /** Newest first (by id). */
  rollouts(fleet: FleetId, page: PageRequest): Promise<Page<Rollout>>;
  /** What a rollout started minute by minute, from a minute (since 1970) on; the counts of a minute that is over stay. */
  rolloutStarts(id: RolloutId, fromMinute: number): Promise<readonly Start[]>;
  /** Holds of the fleet, those that have expired too; at most `limits.holdsPerFleet`. */
  holds(fleet: FleetId): Promise<readonly Hold[]>;
  /** What the failing devices of a rollout share, as it was found last. */
  segmentSearch(rollout: RolloutId): Promise<StoredSearch | undefined>;
  /** Releases that must be passed through, lowest counter first; at most `limits.steppingStonesPerFleet`. */
  steppingStones(fleet: FleetId): Promise<readonly SteppingStone[]>;
  /** One entry a phase, in order; phases without any deployment count zero. */
  rolloutCounts(id: RolloutId, phases: number): Promise<readonly PhaseCounts[]>;

  /** The hot read: one indexed look-up. */
  device(id: DeviceId): Promise<Device | undefined>;
  /** Attributes and tags that accepted devices of the fleet have had; more than `limits.namesPerFleet` are not kept. */
  fleetNames(fleet: FleetId): Promise<readonly KnownName[]>;
  /** In order of device id. */
  devices(query: DeviceQuery): Promise<Page<Device>>;
  /** Devices of the fleet that wait for acceptance; costs no more than `limits.pendingDevicesPerFleet` index entries. */
  countPendingDevices(fleet: FleetId): Promise<number>;
  countDevices(fleet: FleetId): Promise<Readonly<Record<DeviceStatus, number>>>;

  deployment(id: DeploymentId): Promise<Deployment | undefined>;
  /** Newest first. */
  deploymentsOfDevice(device: DeviceId, page: PageRequest): Promise<Page<Deployment>>;
  deploymentsOfRollout(rollout: RolloutId, page: PageRequest): Promise<Page<Deployment>>;
  /** Counters of what devices ran when the rollout reached them, each once, highest first. */
  countersBefore(rollout: RolloutId): Promise<readonly number[]>;
  /** Open deployments at a site or of a pair, those of one device left out. */
  countOpenAt(
    fleet: FleetId,
    place: { readonly site: string } | { readonly pair: string },
    except: DeviceId,
  ): Promise<number>;
  /** Open deployments whose deadline is over, oldest first. */
  overdueDeployments(now: Instant, limit: number): Promise<readonly Deployment[]>;
  reports(deployment: DeploymentId): Promise<readonly (Report & { readonly receivedAt: Instant })[]>;

  auditEvents(query: AuditQuery): Promise<Page<AuditEvent>>;
  /** The last audit event that was told to the receiver of notices; undefined before the first. */
  noticesTold(): Promise<number | undefined>;
}

/** Writing, inside one transaction. Everything here commits together or not at all. */
export interface Writes
  extends Reads,
    GateWrites,
    GateKeepingWrites,
    TrustWrites,
    CheckWrites,
    PublisherWrites,
    PeopleWrites,
    VulnerabilityWrites {
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

  /** Adds to what a rollout started in a minute. */
  addStart(id: RolloutId, start: Start): Promise<void>;
  insertHold(hold: Hold): Promise<void>;
  deleteHold(id: HoldId): Promise<void>;
  /** Replaces what was found before. */
  saveSegmentSearch(search: StoredSearch): Promise<void>;

  insertDevice(device: Device): Promise<void>;
  updateDevice(device: Device): Promise<void>;
  deleteDevice(id: DeviceId): Promise<void>;

  insertDeployment(deployment: Deployment): Promise<void>;
  updateDeployment(deployment: Deployment): Promise<void>;
  /** Keeps a report; false when this (deployment, sequence) is kept already. */
  insertReport(report: Report, receivedAt: Instant): Promise<boolean>;

  appendAudit(event: NewAuditEvent): Promise<void>;
  /** Never goes back. */
  setNoticesTold(sequence: number): Promise<void>;

  /**
   * Lets the transaction go on only while this is the newest term of a duty: a process that led and was replaced writes
   * nothing any more, however late it wakes up.
   * @throws FettleError `wrong-state` when a newer term has begun
   */
  demandTerm(duty: string, term: number): Promise<void>;
}

/** Where everything but artifacts lives. */
export interface Store {
  reads(scope: Scope): Reads;
  scans(scope: Scope): Scans;
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

/** What of a fleet changed: everything may have, or only how many devices of some rollouts are where. */
export type FleetNotice =
  | { readonly kind: 'structure' }
  | { readonly kind: 'counts'; readonly rollouts: readonly RolloutId[] };

/** Tells other parts of the process, and other processes, that something changed; after the commit. */
export interface Notifier {
  fleetChanged(tenant: TenantId, fleet: FleetId, notice: FleetNotice): void;
  /** Devices whose records were written, for processes that remember quiet check-ins (`Brain.quiet.forgetDevices`). */
  devicesWritten?(devices: readonly DeviceHash[]): void;
}

/** All that the brain needs from the world. */
export interface Ports {
  readonly store: Store;
  readonly artifacts: ArtifactStore;
  readonly clock: Clock;
  readonly random: Randomness;
  readonly notifier: Notifier;
  /** Absent where nothing is signed online: then there are no repositories, and fleets trust their own keys. */
  readonly signer?: OnlineSigner | undefined;
  /** Absent where no evidence is signed. */
  readonly evidence?: EvidenceSigner | undefined;
  /** Absent where no gate can run: then nothing is published in fleets whose policy demands any. */
  readonly gates?: GateRunner | undefined;
  /** Absent where no vulnerability data can be read. */
  readonly vulnerabilities?: VulnerabilityLookup | undefined;
  /** Absent where no ID tokens are taken. */
  readonly issuerKeys?: IssuerKeys | undefined;
  /** Absent where no artifact can be looked into: then nothing is published for what an image policy names. */
  readonly inspector?: ImageInspector | undefined;
}
