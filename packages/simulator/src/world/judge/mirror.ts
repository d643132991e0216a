import {
  type Deployment,
  type DeploymentId,
  type DeploymentStatus,
  type Device,
  type DeviceId,
  FettleError,
  type Fleet,
  type Release,
  type ReleaseId,
  type Rollout,
  type RolloutId,
} from '@fettle/model';
import type { Commit } from './commits.ts';

/** What the commits so far add up to: the judge's own record, made without a single count of the server. */
export class Mirror {
  readonly rollouts = new Map<RolloutId, Rollout>();
  readonly releases = new Map<ReleaseId, Release>();
  readonly devices = new Map<DeviceId, Device>();
  readonly deployments = new Map<DeploymentId, Deployment>();
  /** Attempts of a device at a rollout, oldest first. */
  readonly #attempts = new Map<RolloutId, Map<DeviceId, DeploymentId[]>>();
  #fleet: Fleet | undefined;

  get fleet(): Fleet {
    if (!this.#fleet) throw new FettleError('internal', 'No fleet was ever written.');
    return this.#fleet;
  }

  take({ writes }: Commit): void {
    for (const written of writes) {
      if (written.kind === 'rollout') this.#step(written.rollout);
      else if (written.kind === 'release') this.releases.set(written.release.id, written.release);
      else if (written.kind === 'device') this.devices.set(written.device.id, written.device);
      else if (written.kind === 'fleet') this.#fleet = written.fleet;
      else if (written.kind === 'deployment') this.deployments.set(written.deployment.id, written.deployment);
      else if (written.kind === 'deployment-born') this.#born(written.deployment);
    }
  }

  /** Attempts of a device at a rollout, oldest first. */
  attemptsOf(rollout: RolloutId, device: DeviceId): readonly Deployment[] {
    return (this.#attempts.get(rollout)?.get(device) ?? []).map((id) => this.#deployment(id));
  }

  /** The attempts at a rollout, device by device. */
  *attemptsAt(rollout: RolloutId): Generator<readonly Deployment[]> {
    for (const ids of this.#attempts.get(rollout)?.values() ?? []) yield ids.map((id) => this.#deployment(id));
  }

  /** Open deployments. */
  *open(): Generator<Deployment> {
    for (const deployment of this.deployments.values()) if (!isOver(deployment.status)) yield deployment;
  }

  // What it was planned as is what it is judged by, whatever is written later.
  #step(rollout: Rollout): void {
    const { policy } = this.rollouts.get(rollout.id) ?? rollout;
    this.rollouts.set(rollout.id, { ...rollout, policy });
  }

  #born(deployment: Deployment): void {
    this.deployments.set(deployment.id, deployment);
    let devices = this.#attempts.get(deployment.rollout);
    if (!devices) {
      devices = new Map();
      this.#attempts.set(deployment.rollout, devices);
    }
    const ids = devices.get(deployment.device);
    if (ids) ids.push(deployment.id);
    else devices.set(deployment.device, [deployment.id]);
  }

  #deployment(id: DeploymentId): Deployment {
    return this.deployments.get(id) as Deployment;
  }
}

const over: ReadonlySet<DeploymentStatus> = new Set<DeploymentStatus>([
  'succeeded',
  'failed',
  'rolledBack',
  'skipped',
  'aborted',
  'timedOut',
]);

/** Whether a status is one of the six ends (design §5). */
export function isOver(status: DeploymentStatus): boolean {
  return over.has(status);
}
