import type { Instant } from './brand.ts';
import type { DeploymentStatus } from './deployment.ts';
import type {
  ComponentName,
  DeploymentId,
  DeviceId,
  DeviceType,
  Digest,
  FleetId,
  ReleaseId,
  RolloutId,
} from './ids.ts';

export const deviceStatuses = ['pending', 'accepted', 'quarantined', 'rejected'] as const;
/** A `quarantined` device is heard but offered nothing; a `rejected` one is not even heard. */
export type DeviceStatus = (typeof deviceStatuses)[number];

export type AttributeValue = string | number | boolean;
/** Said by the device: flat, at most 64 keys. */
export type Attributes = Readonly<Record<string, AttributeValue>>;
/** Said by operators: flat, at most 64 keys. */
export type Tags = Readonly<Record<string, string>>;

/** What runs as one component of a device. */
export interface CurrentArtifact {
  readonly version: string;
  readonly counter: number;
  readonly digest: Digest;
}
export type CurrentArtifacts = Readonly<Record<ComponentName, CurrentArtifact>>;

/** What a device has tried so far with one rollout; the newest few are kept with the device itself. */
export interface DeviceAttempt {
  readonly rollout: RolloutId;
  readonly release: ReleaseId;
  readonly deployment: DeploymentId;
  /** Attempts made, the running one included. */
  readonly count: number;
  readonly lastStatus: DeploymentStatus;
  /** Whether the last one failed for good: trying again cannot help. */
  readonly permanent: boolean;
  readonly lastChangedAt: Instant;
  /** Counter of what ran before the first attempt: going below the release again means it reverted by itself. */
  readonly counterBefore: number;
  /**
   * Traits of the device that changed since the offer, as they were then (null: absent, or not kept); by the name that
   * `rollouts/segments` gives them. Absent until one changes.
   */
  readonly traitsBefore?: Readonly<Record<string, AttributeValue | null>>;
}

/** One unit with one identity. */
export interface Device {
  readonly id: DeviceId;
  readonly fleet: FleetId;
  readonly type: DeviceType;
  readonly status: DeviceStatus;
  /** SubjectPublicKeyInfo of the device's key, DER in base64. */
  readonly publicKey: string;
  readonly attributes: Attributes;
  readonly tags: Tags;
  readonly current: CurrentArtifacts;
  /** The deployment that is not final yet, if any. */
  readonly openDeployment: DeploymentId | null;
  /** Newest first, at most `limits.attemptsPerDevice`. */
  readonly attempts: readonly DeviceAttempt[];
  readonly enrolledAt: Instant;
  /** Flushed in batches: may lag the truth by some seconds. */
  readonly lastSeenAt: Instant | null;
}

/** The highest release counter that any component of the device runs; 0 when it has said nothing. */
export function currentCounter(current: CurrentArtifacts): number {
  let highest = 0;
  for (const artifact of Object.values(current)) if (artifact.counter > highest) highest = artifact.counter;
  return highest;
}
