import {
  type Deployment,
  type DeploymentStatus,
  type Device,
  deploymentId,
  FettleError,
  type Instant,
  limits,
  type Report,
  type RolloutId,
} from '@fettle/model';
import type { native } from '@fettle/protocol';
import { type Brain, countsChanged } from '../brain.ts';
import type { Writes } from '../ports.ts';
import { changeDeployment, type DeploymentChange, writeChange } from '../rollouts/deployment-change.ts';
import { isHeldWithin } from '../rollouts/segments/is-held.ts';
import type { DeviceScope } from './device-scope.ts';
import { requireDevice } from './require-device.ts';

/** Statuses that only the server gives; a device that claims them is heard but moves nothing. */
const serverStatuses: ReadonlySet<DeploymentStatus> = new Set<DeploymentStatus>(['pending', 'offered', 'timedOut']);

/** Takes a device's reports; every one that is answered as acknowledged is durable. */
export async function takeReports(
  scope: DeviceScope,
  brain: Brain,
  message: native.ReportsRequest,
): Promise<native.ReportsResponse> {
  const { device, taken, abort } = await brain.store.transact(scope, async (tx) => {
    const found = requireDevice(scope, await tx.device(scope.device));
    const result = await applyReports(tx, brain, found, message.reports);
    return { device: found, taken: result, abort: await abortedDeployment(tx, result.device, brain.clock.now()) };
  });
  if (taken.changed.size > 0) countsChanged(brain, scope.tenant, device.fleet, taken.changed);
  return { acknowledged: taken.acknowledged, ...(abort === undefined ? {} : { abort }) };
}

export interface TakenReports {
  readonly device: Device;
  readonly acknowledged: native.Acknowledgement[];
  /** Rollouts of which a deployment changed. */
  readonly changed: ReadonlySet<RolloutId>;
}

/** Keeps reports and moves their deployments, inside a transaction. */
export async function applyReports(
  tx: Writes,
  brain: Brain,
  device: Device,
  messages: readonly native.ReportMessage[],
): Promise<TakenReports> {
  const highest = new Map<string, number>();
  let current = device;
  const changed = new Set<RolloutId>();
  for (const message of messages) {
    const report = toReport(message);
    highest.set(report.deployment, Math.max(highest.get(report.deployment) ?? 0, report.sequence));
    const moved = await applyReport(tx, brain, current, report);
    if (moved) {
      current = moved.device;
      changed.add(moved.deployment.rollout);
    }
  }
  const acknowledged = [...highest].map(([deployment, sequence]) => ({ deployment, sequence }));
  return { device: current, acknowledged, changed };
}

/** @returns what changed, or undefined when the report told nothing new */
async function applyReport(
  tx: Writes,
  brain: Brain,
  device: Device,
  report: Report,
): Promise<DeploymentChange | undefined> {
  const deployment = await tx.deployment(report.deployment);
  // Somebody else's or long gone: acknowledged so that the device stops sending it, and nothing more.
  if (deployment?.device !== device.id) return undefined;
  const now = brain.clock.now();
  if (!(await tx.insertReport(report, now))) return undefined;
  const heard = withSequence(deployment, report.sequence);
  const change = serverStatuses.has(report.status)
    ? undefined
    : changeDeployment(heard, device, { status: report.status, error: report.error, now });
  if (!change) {
    if (heard !== deployment) await tx.updateDeployment(heard);
    return undefined;
  }
  const { error, detail } = report;
  // The code first: it names what was refused, and why, for whoever reads the audit list.
  await writeChange(tx, change, error ? `${error.code}: ${error.message}` : detail);
  return change;
}

function withSequence(deployment: Deployment, sequence: number): Deployment {
  return sequence > deployment.lastSequence ? { ...deployment, lastSequence: sequence } : deployment;
}

function toReport(message: native.ReportMessage): Report {
  const deviceTime = message.deviceTime === undefined ? Number.NaN : Date.parse(message.deviceTime);
  return {
    deployment: deploymentId(message.deployment),
    sequence: message.sequence,
    status: message.status,
    deviceTime: Number.isNaN(deviceTime) ? null : deviceTime,
    error: message.error ?? null,
    detail: (message.detail ?? '').slice(0, limits.reportDetailLength),
  };
}

/**
 * The device's open deployment, if it should be given up: its rollout was aborted, its release revoked, or the rollout
 * goes on without devices like this one.
 */
export async function abortedDeployment(tx: Writes, device: Device, now: Instant): Promise<string | undefined> {
  if (device.openDeployment === null) return undefined;
  const deployment = await tx.deployment(device.openDeployment);
  if (!deployment) throw new FettleError('internal', `Deployment ${device.openDeployment} is missing.`);
  const [rollout, release] = await Promise.all([tx.rollout(deployment.rollout), tx.release(deployment.release)]);
  const isOver = rollout?.status === 'aborted' || release?.status === 'revoked';
  return isOver || (await isHeldWithin(tx, deployment.rollout, device, now)) ? deployment.id : undefined;
}
