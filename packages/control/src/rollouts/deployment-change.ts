import {
  applyStatus,
  type Deployment,
  type DeploymentError,
  type DeploymentStatus,
  type Device,
  type DeviceAttempt,
  deploymentTable,
  type Instant,
  noCounts,
  type PhaseCounts,
} from '@fettle/model';
import type { Writes } from '../ports.ts';
import { countOf, negateCounts, sumCounts } from './counts.ts';
import { noteEnding } from './gates/note-deployment.ts';

/** What becomes of a deployment, its device and the counts of its rollout when a status is reported. */
export interface DeploymentChange {
  readonly deployment: Deployment;
  readonly device: Device;
  readonly counts: PhaseCounts;
  /** What it was before. */
  readonly before: DeploymentStatus;
  /** True when the deployment ended with this change or ended differently than thought. */
  readonly ended: boolean;
}

/**
 * Applies a status to a deployment; pure.
 * @returns undefined when the report tells nothing new (late, doubled or reordered)
 */
export function changeDeployment(
  deployment: Deployment,
  device: Device,
  change: { status: DeploymentStatus; error: DeploymentError | null; now: Instant },
): DeploymentChange | undefined {
  const { status, error, now } = change;
  if (applyStatus(deployment.status, status) === 'stays') return undefined;
  const { final, deadlineMs } = deploymentTable[status];
  const next: Deployment = {
    ...deployment,
    status,
    error: final ? error : null,
    changedAt: now,
    deadlineAt: final ? null : now + deadlineMs,
  };
  const permanent = status === 'rolledBack' || (status === 'failed' && error?.class !== 'transient');
  const attempts = device.attempts.map(
    (attempt): DeviceAttempt =>
      attempt.deployment === deployment.id
        ? { ...attempt, lastStatus: status, permanent, lastChangedAt: now }
        : attempt,
  );
  const openDeployment = final && device.openDeployment === deployment.id ? null : device.openDeployment;
  // The outcome of an attempt that was followed by another no longer stands for the device.
  const isNewest = attempts.some((attempt) => attempt.deployment === deployment.id);
  const counts = isNewest ? sumCounts([countOf(status), negateCounts(countOf(deployment.status))]) : noCounts;
  return {
    deployment: next,
    device: { ...device, attempts, openDeployment },
    counts,
    before: deployment.status,
    ended: final,
  };
}

/** Writes a change and its audit event; they commit together. */
export async function writeChange(tx: Writes, changed: DeploymentChange, reason: string): Promise<void> {
  const { deployment, device, counts } = changed;
  // Together: where the database is far away each way there and back is what a report costs.
  await Promise.all([
    tx.updateDeployment(deployment),
    tx.updateDevice(device),
    tx.addCounts(deployment.rollout, deployment.phase, counts),
  ]);
  if (!changed.ended) return;
  await noteEnding(tx, changed);
  await tx.appendAudit({
    verb: 'deployment.ended',
    object: `deployment/${deployment.id}`,
    fleet: deployment.fleet,
    before: null,
    after: null,
    reason: `${deployment.device}: ${deployment.status}${reason === '' ? '' : ` (${reason})`}`,
  });
}
