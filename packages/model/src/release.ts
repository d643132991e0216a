import type { ReleaseApproval } from './approval.ts';
import type { ReleaseArtifact } from './artifact.ts';
import type { Instant } from './brand.ts';
import type { ComponentName, DeviceType, FleetId, KeyId, ReleaseId } from './ids.ts';
import type { FoundImage } from './image-rule.ts';
import type { ReleaseSource } from './publisher.ts';
import type { Clearance } from './release-check.ts';

/** A component has to run a release of at least this counter before. */
export interface Requirement {
  readonly component: ComponentName;
  readonly counter: number;
}

/** The signed description of a release. What a device trusts is this and nothing else. */
export interface Manifest {
  readonly fleet: FleetId;
  readonly version: string;
  /** Rises with every release of the fleet and is never reused; 1 or more. */
  readonly counter: number;
  /** After a device has committed this release it never again runs one with a lower counter than this. */
  readonly securityFloor: number;
  /** Whether a device that runs a release with a higher counter may go to this one. */
  readonly allowDowngrade: boolean;
  /** Whether a device that comes from an older release has to run this one before any newer. */
  readonly mustPassThrough: boolean;
  /** What must already run beneath it. */
  readonly requires: readonly Requirement[];
  readonly artifacts: readonly ReleaseArtifact[];
  readonly notes: string;
}

export const releaseStatuses = ['published', 'revoked'] as const;
export type ReleaseStatus = (typeof releaseStatuses)[number];

/** A version of a fleet's software: artifacts per component and device type. */
export interface Release extends Manifest {
  readonly id: ReleaseId;
  readonly status: ReleaseStatus;
  readonly signedBy: readonly KeyId[];
  readonly publishedAt: Instant;
  /** The DSSE envelope exactly as received, as JSON text: devices verify these bytes. */
  readonly envelope: string;
  /** What was found in its images, as far as they were looked at. */
  readonly images?: readonly FoundImage[] | undefined;
  /** For which stages the gates have cleared it; absent when no policy asked for that. */
  readonly clearance?: Clearance | undefined;
  /** Who has signed for it, in the order in which they did. */
  readonly approvals?: readonly ReleaseApproval[] | undefined;
  /** The job of CI that published it; absent when a person did. */
  readonly source?: ReleaseSource | undefined;
}

/** The artifacts of a release that fit a device type, one per component. */
export function artifactsFor(release: Pick<Release, 'artifacts'>, type: DeviceType): readonly ReleaseArtifact[] {
  return release.artifacts.filter((artifact) => artifact.deviceType === type);
}
