import type { Reads } from '@fettle/control';
import type { DeploymentId, DeploymentStatus, DeviceId, Instant, RolloutId } from '@fettle/model';
import type { native } from '@fettle/protocol';
import type { DevicePlan, WorldPlan } from '../world-plan.ts';
import { clockSpread, judgeAdmission } from './admission.ts';
import { judgeChange, judgeRollout } from './changes.ts';
import type { Commit } from './commits.ts';
import { isOver, Mirror } from './mirror.ts';
import { judgeBytes, judgeCounts } from './recount.ts';
import type { Invariant, Violation } from './violation.ts';

/** More of them say nothing new. */
const mostViolations = 100;

/**
 * Watches a world and says what never may happen and did. It knows the commits, what devices really do and what people
 * were told, and shares no code with what decides.
 */
export class Judge {
  readonly violations: Violation[] = [];
  readonly mirror = new Mirror();
  readonly #world: WorldPlan;
  readonly #devices: ReadonlyMap<string, DevicePlan>;
  readonly #now: () => Instant;
  /** When an operator was told that a rollout is aborted. */
  readonly #aborted = new Map<RolloutId, Instant>();
  /** The status of each final report that a device made, and its number. */
  readonly #ends = new Map<string, { readonly status: DeploymentStatus; readonly sequence: number }>();
  readonly #acknowledged = new Map<string, number>();

  constructor(world: WorldPlan, now: () => Instant) {
    this.#world = world;
    this.#now = now;
    this.#devices = new Map(world.devices.map((device) => [device.id, device]));
  }

  accuse = (invariant: Invariant, detail: string): void => {
    if (this.violations.length < mostViolations) this.violations.push({ at: this.#now(), invariant, detail });
  };

  /** A transaction was committed. */
  commit(commit: Commit): void {
    for (const written of commit.writes) {
      if (written.kind === 'rollout') judgeRollout(this.mirror, written.rollout, commit, this.accuse);
      if (written.kind === 'deployment') {
        judgeChange(this.mirror.deployments.get(written.deployment.id), written.deployment, this.accuse);
      }
      this.mirror.take({ actor: commit.actor, writes: [written] });
    }
    for (const written of commit.writes) {
      if (written.kind === 'deployment-born') this.#born(written.deployment.id);
    }
  }

  #born(id: DeploymentId): void {
    const deployment = this.mirror.deployments.get(id);
    const rollout = deployment && this.mirror.rollouts.get(deployment.rollout);
    const release = deployment && this.mirror.releases.get(deployment.release);
    const device = deployment && this.mirror.devices.get(deployment.device);
    const plan = device && this.#devices.get(device.id);
    if (!deployment || !rollout || !release || !device || !plan) {
      this.accuse('broken', `${id} is born of nothing`);
      return;
    }
    judgeChange(undefined, deployment, this.accuse);
    judgeAdmission(this.#world, this.mirror, { deployment, rollout, release, device, plan }, this.accuse);
  }

  /** An operator heard that a rollout is aborted. */
  abortAcknowledged(rollout: RolloutId): void {
    if (!this.#aborted.has(rollout)) this.#aborted.set(rollout, this.#now());
  }

  /** A device heard an offer. */
  offered(device: DevicePlan, offer: native.OfferMessage, askedAt: Instant): void {
    const deployment = this.mirror.deployments.get(offer.deployment as DeploymentId);
    if (!deployment || deployment.device !== (device.id as DeviceId)) {
      this.accuse('truth', `${device.id} is offered ${offer.deployment}, which is not its own`);
      return;
    }
    const abortedAt = this.#aborted.get(deployment.rollout);
    if (abortedAt !== undefined && abortedAt < askedAt) {
      this.accuse('offer-after-abort', `${device.id} is offered ${offer.deployment} after its rollout was aborted`);
    }
    const release = this.mirror.releases.get(deployment.release);
    for (const { sha256 } of offer.artifacts) {
      const known = release?.artifacts.find((artifact) => artifact.digest === sha256);
      if (known?.deviceType !== device.type) this.accuse('wrong-type', `${device.id} is told to take ${sha256}`);
    }
  }

  reported(report: native.ReportMessage): void {
    if (isOver(report.status)) {
      this.#ends.set(report.deployment, { status: report.status, sequence: report.sequence });
    }
  }

  acknowledged(deployment: string, sequence: number): void {
    this.#acknowledged.set(deployment, Math.max(sequence, this.#acknowledged.get(deployment) ?? 0));
  }

  /** Compares what the server counts with what there is. */
  recount(reads: Reads): Promise<void> {
    return judgeCounts(this.mirror, reads, this.accuse);
  }

  /** The last look, when every deadline is over. */
  async end(reads: Reads): Promise<void> {
    await this.recount(reads);
    if (clockSpread(this.#world) === 0) judgeBytes(this.mirror, this.accuse);
    for (const open of this.mirror.open()) {
      this.accuse('stuck', `${open.id} of ${open.device} is still ${open.status}, deadline ${open.deadlineAt}`);
    }
    for (const [id, end] of this.#ends) this.#judgeTruth(id, end);
  }

  /** What a device did and was heard of is what the record says; it may have gone back later. */
  #judgeTruth(id: string, end: { readonly status: DeploymentStatus; readonly sequence: number }): void {
    if ((this.#acknowledged.get(id) ?? 0) < end.sequence) return;
    const kept = this.mirror.deployments.get(id as DeploymentId)?.status;
    if (kept === end.status || kept === undefined) return;
    if (end.status === 'succeeded' && kept === 'rolledBack') return;
    // The server had given it up, or gone on: that it was given up is no news then.
    if (end.status === 'aborted' && (kept === 'timedOut' || kept === 'skipped')) return;
    this.accuse('truth', `${id} ended ${end.status}, which was acknowledged; the record says ${kept}`);
  }
}
