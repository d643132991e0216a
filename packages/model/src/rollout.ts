import type { Instant } from './brand.ts';
import type { FleetId, GroupName, ReleaseId, RolloutId } from './ids.ts';
import type { RolloutPolicy } from './policy.ts';

/** How many failed devices of a phase are too many: a share of its members or a count. */
export type FailureThreshold = { readonly share: number } | { readonly count: number };

export type PhaseSize = { readonly share: number } | { readonly count: number } | { readonly group: GroupName };

/** One ordered share of a rollout, as planned. */
export interface PhasePlan {
  readonly name: string;
  /**
   * Cumulative: the devices of earlier phases belong to it too. `share` is 0 to 1, `count` is 1 or more; `group` takes
   * the devices of another group that are in the rollout's own too.
   */
  readonly size: PhaseSize;
  /** Most deployments of the rollout open at once. */
  readonly maxInFlight: number;
  /** The gate fails when more devices than this failed, rolled back or fell silent. */
  readonly failureThreshold: FailureThreshold;
  /** Share of the phase's members that must have committed before the gate may pass, 0 to 1. */
  readonly successShare: number;
  /** How long the phase is watched after enough devices have committed, in milliseconds. */
  readonly minSoakMs: number;
  /** Whether the next phase opens by itself or waits for a person. */
  readonly promote: 'automatic' | 'manual';
}

export interface RolloutPlan {
  readonly phases: readonly PhasePlan[];
  /** What the rollout does by itself when a gate fails. */
  readonly onFail: 'pause' | 'abort';
  /** Most attempts of one device at this release. */
  readonly maxAttempts: number;
  /** First wait before another attempt after a transient error, in milliseconds; doubles each time. */
  readonly retryBackoffMs: number;
  readonly policy: RolloutPolicy;
}

/** `waiting` → `measuring` (its members are being counted) → `open` → `passed`, or `failed`. */
export const phaseStatuses = ['waiting', 'measuring', 'open', 'passed', 'failed'] as const;
export type PhaseStatus = (typeof phaseStatuses)[number];

/** What a sequential gate found out when the phase was measured. */
export interface PhaseGate {
  /** Kinds of device (type, or type and hardware revision) that are compared apart. */
  readonly strata: readonly string[];
  /** Share of the held-back devices that are asked for metrics, 0 to 1. */
  readonly sampleShare: number;
}

export interface Phase extends PhasePlan {
  readonly status: PhaseStatus;
  /** Devices whose bucket is below this are members, 0 to 1; fixed when the phase is measured. */
  readonly bucketLimit: number;
  /** Devices that could be offered the release when the phase opened, earlier phases included. */
  readonly members: number;
  readonly openedAt: Instant | null;
  /** Failures that a person has looked at and let pass by resuming. */
  readonly forgivenFailures: number;
  /** When enough devices had committed; the soak runs from here. */
  readonly soakFrom: Instant | null;
  readonly endedAt: Instant | null;
  readonly gate?: PhaseGate | undefined;
  /** Since when nobody new starts, as the gate waits for what held-back devices show. */
  readonly suspectSince?: Instant | undefined;
  /** Since when the gate cannot learn more by itself, so that a person has to decide. */
  readonly asksSince?: Instant | undefined;
}

export const rolloutStatuses = ['draft', 'running', 'paused', 'aborted', 'completed'] as const;
/** A `completed` rollout has passed every gate and still serves devices that come late. */
export type RolloutStatus = (typeof rolloutStatuses)[number];

/** One release to one group, in phases. */
export interface Rollout {
  readonly id: RolloutId;
  readonly fleet: FleetId;
  readonly release: ReleaseId;
  readonly group: GroupName;
  readonly status: RolloutStatus;
  /** Why it stands in this status, in one sentence. */
  readonly statusReason: string;
  /** Mixed into every bucket; drawn once, so buckets stay put when a rollout is paused, resumed or widened. */
  readonly salt: string;
  readonly phases: readonly Phase[];
  readonly onFail: 'pause' | 'abort';
  readonly maxAttempts: number;
  readonly retryBackoffMs: number;
  readonly policy: RolloutPolicy;
  /** The rollout whose devices it sends back, each to the release it came from; null for every other rollout. */
  readonly returns: RolloutId | null;
  /** Who made it: nobody approves their own. */
  readonly createdBy: string;
  /** Actors who have approved it as it stands. */
  readonly approvedBy: readonly string[];
  readonly createdAt: Instant;
  readonly startedAt: Instant | null;
  readonly endedAt: Instant | null;
  /** Rises with every change; the newest truth wins. */
  readonly revision: number;
}

/**
 * Devices of one rollout, counted by the phase that admitted them and by their newest deployment:
 * a device that tries again leaves its earlier outcome behind.
 */
export interface PhaseCounts {
  /** Devices that were ever offered the release. */
  readonly started: number;
  /** Deployments that are not final yet. */
  readonly open: number;
  readonly succeeded: number;
  /** failed + rolledBack + timedOut: what the gate holds against the release. */
  readonly failed: number;
  /** Of `failed`: those that went back to their old slot. */
  readonly rolledBack: number;
  /** skipped + aborted: neither for nor against. */
  readonly neutral: number;
  /** Of `succeeded`: those that are watched no longer, as the gate's time is over or something was seen. */
  readonly proven: number;
}

export const noCounts: PhaseCounts = {
  started: 0,
  open: 0,
  succeeded: 0,
  failed: 0,
  rolledBack: 0,
  neutral: 0,
  proven: 0,
};
