import {
  type Deployment,
  type DeploymentStatus,
  type Device,
  type DeviceAttempt,
  noCounts,
  type Rollout,
} from '@fettle/model';
import type { Writes } from '../../ports.ts';
import { collectFailure, type FailureSeen, type Gated, gatedOf, noTotals } from './collect.ts';
import { phaseGateOf, stratumOf } from './strata.ts';

/** Counts a device that is offered the release for the first time. */
export async function noteStart(tx: Writes, rollout: Rollout, device: Device): Promise<void> {
  if (!gatedOf(rollout)) return;
  await tx.addGateTotals(rollout.id, stratumOf(device, phaseGateOf(rollout)), { ...noTotals, started: 1 });
}

/** A deployment that has just ended, or ended differently than thought. */
export interface Ending {
  readonly deployment: Deployment;
  readonly before: DeploymentStatus;
  readonly device: Device;
}

/**
 * Tells the gate how a deployment ended: whoever committed is watched from here on, whoever failed for good has failed.
 * A transient error with attempts left is no failure yet: slow is not broken.
 */
export async function noteEnding(tx: Writes, ending: Ending): Promise<void> {
  const { deployment, device } = ending;
  const attempt = device.attempts.find((one) => one.deployment === deployment.id);
  const rollout = attempt && (await tx.rollout(deployment.rollout));
  // What an attempt that was followed by another says no longer stands for the device.
  if (!attempt || !rollout) return;
  const { gate: plan } = rollout.policy;
  if (plan.kind === 'fixed') return proveAtOnce(tx, ending);
  // A rollout that has ended still serves devices that come late, and its budget of unproven ones still holds.
  if (deployment.status === 'succeeded') return openWindow(tx, { rollout, plan }, ending);
  if (ending.before === 'succeeded') await unprove(tx, rollout, ending);
  const gated = gatedOf(rollout);
  if (!gated) return tx.deleteGateWindow(rollout.id, device.id);
  const kind = failureKind(deployment, attempt, rollout);
  if (!kind) return;
  await collectFailure(tx, gated, {
    device,
    kind,
    side: 'treated',
    at: deployment.changedAt,
    startedAt: deployment.createdAt,
    // A device that is held back cannot go back: however late, it is the installation's.
    committedAt: null,
    isDark: deployment.status === 'rolledBack' && deployment.error?.code === 'boot-failed',
  });
}

/** A device that is offered the release once more leaves its earlier outcome behind: what it had proven counts no more. */
export async function noteRepeat(
  tx: Writes,
  rollout: Rollout,
  { deployment, device }: Omit<Ending, 'before'>,
): Promise<void> {
  if (deployment.status !== 'succeeded') return;
  if (rollout.policy.gate.kind === 'fixed') {
    await tx.addCounts(rollout.id, deployment.phase, { ...noCounts, proven: -1 });
    return;
  }
  await unprove(tx, rollout, { deployment, device });
  // Whatever it is watched for begins anew when it commits again.
  await tx.deleteGateWindow(rollout.id, device.id);
}

/** Nobody watches devices after the commit: whoever has committed is proven. */
async function proveAtOnce(tx: Writes, { deployment, before }: Ending): Promise<void> {
  const proven = Number(deployment.status === 'succeeded') - Number(before === 'succeeded');
  if (proven !== 0) await tx.addCounts(deployment.rollout, deployment.phase, { ...noCounts, proven });
}

async function openWindow(tx: Writes, { rollout, plan }: Gated, { deployment, device }: Ending): Promise<void> {
  const isGivenUp = await tx.hasGateEvent(rollout.id, device.id, '');
  const openedAt = deployment.changedAt;
  await tx.saveGateWindow({
    rollout: rollout.id,
    device: device.id,
    side: isGivenUp ? 'given-up' : 'treated',
    stratum: stratumOf(device, phaseGateOf(rollout)),
    phase: deployment.phase,
    startedAt: deployment.createdAt,
    openedAt,
    lookAt: openedAt + plan.observeMs,
    taken: [],
  });
}

/** A device that was proven and went back by itself later is proven no more. */
async function unprove(tx: Writes, rollout: Rollout, { deployment, device }: Omit<Ending, 'before'>): Promise<void> {
  const window = await tx.gateWindow(rollout.id, device.id);
  if (window?.side === 'given-up') await tx.deleteGateWindow(rollout.id, device.id);
  if (window) return;
  // Of a rollout that ended long ago the window may have been forgotten, and the device never have been proven.
  const counts = (await tx.rolloutCounts(rollout.id, rollout.phases.length))[deployment.phase];
  if (!counts || counts.proven <= 0) return;
  await tx.addCounts(rollout.id, deployment.phase, { ...noCounts, proven: -1 });
  if (await tx.hasGateEvent(rollout.id, device.id, '')) return;
  await tx.addGateTotals(rollout.id, stratumOf(device, phaseGateOf(rollout)), { ...noTotals, proven: -1 });
}

function failureKind(
  { status, error }: Deployment,
  attempt: DeviceAttempt,
  rollout: Rollout,
): FailureSeen['kind'] | undefined {
  if (status === 'rolledBack') return 'rolled-back';
  const isFinal = attempt.permanent || attempt.count >= rollout.maxAttempts;
  if (status === 'timedOut') return 'timed-out';
  if (status === 'failed' && (isFinal || error?.class !== 'transient')) return 'failed';
  return undefined;
}
