import { artifactsFor, type Deployment, type DeploymentId, type Device, type Release } from '@fettle/model';
import {
  encodeTargetCustom,
  openTargetCustom,
  type TargetAssignment,
  type TargetFile,
  type TargetsMetadata,
  targetPath,
} from '@fettle/trust';
import type { Scope } from '../../access/scope.ts';
import type { Brain } from '../../brain.ts';
import type { Reads } from '../../ports.ts';
import { fleetTargets } from '../repository-files.ts';

/** What a director tells one device to have. */
export interface Assignment {
  /** Null when it tells nothing. */
  readonly deployment: DeploymentId | null;
  readonly targets: ReadonlyMap<string, TargetFile>;
}

const nothing: Assignment = { deployment: null, targets: new Map() };

/** What a device has open, if its release stands in the image repository. */
export async function openInRepository(
  reads: Reads,
  device: Device,
): Promise<{ readonly deployment: Deployment; readonly release: Release } | undefined> {
  const deployment = device.openDeployment === null ? undefined : await reads.deployment(device.openDeployment);
  const release = deployment && (await reads.release(deployment.release));
  if (!deployment || release?.status !== 'published' || release.envelope !== '') return undefined;
  return { deployment, release };
}

/**
 * One target for each artifact of the open deployment, as the image repository lists it: path, length, hash and match
 * are the same in both, whole or not at all.
 */
export async function assignmentOf(scope: Scope, brain: Brain, device: Device): Promise<Assignment> {
  const open = await openInRepository(brain.store.reads(scope), device);
  const listed = open && (await fleetTargets(scope, brain, device.fleet));
  if (!listed) return nothing;
  const { deployment, release } = open;
  const about = { deployment: deployment.id, rollout: deployment.rollout, deltaFrom: undefined, url: undefined };
  const targets = new Map<string, TargetFile>();
  for (const artifact of artifactsFor(release, device.type)) {
    const path = targetPath({ fleet: device.fleet, version: release.version, ...artifact });
    const target = assign(listed, path, { ...about, componentSerial: artifact.component });
    if (!target) return nothing;
    targets.set(path, target);
  }
  return { deployment: deployment.id, targets };
}

function assign(listed: TargetsMetadata, path: string, assignment: TargetAssignment): TargetFile | undefined {
  const target = listed.targets.get(path);
  const opened = target && openTargetCustom(target.custom);
  if (!target || !opened?.ok) return undefined;
  const { match } = opened.custom;
  const custom = encodeTargetCustom({ match, assign: assignment, info: undefined, release: undefined });
  return { length: target.length, sha256: target.sha256, custom };
}
