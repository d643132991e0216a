import type { Instant } from './brand.ts';
import type { DeploymentId, DeviceId, FleetId, ReleaseId, RolloutId } from './ids.ts';

/** The life of one device × one rollout, one attempt (design §5), in order. */
export const deploymentStatuses = [
  'pending',
  'offered',
  'downloading',
  'installing',
  'rebooting',
  'checking',
  'succeeded',
  'failed',
  'rolledBack',
  'skipped',
  'aborted',
  'timedOut',
] as const;
export type DeploymentStatus = (typeof deploymentStatuses)[number];

/** Who has to act next while a deployment stands in a status. */
export type StatusOwner = 'server' | 'device' | 'nobody';

interface StatusRow {
  readonly final: boolean;
  readonly owner: StatusOwner;
  /** How long the owner may take before the deployment times out, in milliseconds; 0 for final ones. */
  readonly deadlineMs: number;
  /** Statuses that a truthful later report may move to. Everything else is late, doubled or reordered. */
  readonly next: readonly DeploymentStatus[];
}

const minute = 60_000;
const hour = 60 * minute;
const outcomes = ['succeeded', 'failed', 'rolledBack', 'skipped', 'aborted', 'timedOut'] as const;

/** One table for the whole life: nothing else may say what follows what. */
export const deploymentTable: Readonly<Record<DeploymentStatus, StatusRow>> = {
  pending: {
    final: false,
    owner: 'server',
    deadlineMs: 5 * minute,
    next: ['offered', 'downloading', 'installing', 'rebooting', 'checking', ...outcomes],
  },
  offered: {
    final: false,
    owner: 'device',
    deadlineMs: 24 * hour,
    next: ['downloading', 'installing', 'rebooting', 'checking', ...outcomes],
  },
  downloading: {
    final: false,
    owner: 'device',
    deadlineMs: 24 * hour,
    next: ['installing', 'rebooting', 'checking', ...outcomes],
  },
  installing: { final: false, owner: 'device', deadlineMs: 6 * hour, next: ['rebooting', 'checking', ...outcomes] },
  rebooting: { final: false, owner: 'device', deadlineMs: 6 * hour, next: ['checking', ...outcomes] },
  checking: { final: false, owner: 'device', deadlineMs: 6 * hour, next: [...outcomes] },
  // A final status changes only to a more final truth: a device may go back later by itself,
  succeeded: { final: true, owner: 'nobody', deadlineMs: 0, next: ['rolledBack'] },
  failed: { final: true, owner: 'nobody', deadlineMs: 0, next: [] },
  rolledBack: { final: true, owner: 'nobody', deadlineMs: 0, next: [] },
  // and what the server only assumed gives way to what the device really did.
  skipped: { final: true, owner: 'nobody', deadlineMs: 0, next: ['succeeded', 'failed', 'rolledBack'] },
  aborted: { final: true, owner: 'nobody', deadlineMs: 0, next: ['succeeded', 'failed', 'rolledBack'] },
  timedOut: { final: true, owner: 'nobody', deadlineMs: 0, next: ['succeeded', 'failed', 'rolledBack'] },
};

/** True when the deployment has ended. */
export function isFinal(status: DeploymentStatus): boolean {
  return deploymentTable[status].final;
}

/**
 * What a report does to a deployment: reports may come late, twice and in the wrong order.
 * @returns `moves` when the status changes, `stays` when the report tells nothing new
 */
export function applyStatus(now: DeploymentStatus, reported: DeploymentStatus): 'moves' | 'stays' {
  return deploymentTable[now].next.includes(reported) ? 'moves' : 'stays';
}

/** Why a deployment failed: `permanent` errors never heal by trying again. */
export const errorClasses = ['permanent', 'transient'] as const;
export type ErrorClass = (typeof errorClasses)[number];

export interface DeploymentError {
  /** A code of the device side, e.g. `signature-invalid`, `health-failed`. */
  readonly code: string;
  readonly class: ErrorClass;
  readonly message: string;
}

/** One device × one rollout, one attempt. Created when the device is offered, never before. */
export interface Deployment {
  readonly id: DeploymentId;
  readonly fleet: FleetId;
  readonly device: DeviceId;
  readonly rollout: RolloutId;
  readonly release: ReleaseId;
  /** Index of the phase that admitted the device, 0-based. */
  readonly phase: number;
  /** 1 for the first attempt of this device at this rollout. */
  readonly attempt: number;
  readonly status: DeploymentStatus;
  readonly error: DeploymentError | null;
  readonly createdAt: Instant;
  readonly changedAt: Instant;
  /** When an open deployment times out; null once final. */
  readonly deadlineAt: Instant | null;
  /** Highest report sequence number acknowledged. */
  readonly lastSequence: number;
  /** Counter of what ran when it was offered: where the device would go back to; 0 when it had said nothing. */
  readonly counterBefore: number;
  /** Where the device stood and with whom it was paired when it was offered; null for nowhere and nobody. */
  readonly site: string | null;
  readonly pair: string | null;
}

/** A device's message about a deployment. `sequence` rises by one with every report of a deployment. */
export interface Report {
  readonly deployment: DeploymentId;
  readonly sequence: number;
  readonly status: DeploymentStatus;
  /** The device's own clock, which may be wrong: kept as evidence, never used to decide. */
  readonly deviceTime: Instant | null;
  readonly error: DeploymentError | null;
  /** Short free text: step, progress, what was seen. */
  readonly detail: string;
}
