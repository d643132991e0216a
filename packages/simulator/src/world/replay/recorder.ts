import {
  type DeploymentId,
  type DeviceId,
  FettleError,
  type Instant,
  type Rollout,
  type RolloutId,
} from '@fettle/model';
import type { native } from '@fettle/protocol';
import type { Commit } from '../judge/commits.ts';
import type { Furniture } from '../setup.ts';
import { packMoments } from './contacts.ts';
import { decisionOf } from './decisions.ts';
import { DeviceRecorder } from './device-recorder.ts';
import type { Offset, RecordedAct, RecordedDecision, Recording } from './recording.ts';

/** Writes down what a world does while it does it: one server, no faults, everything at its own moment. */
export class Recorder {
  readonly #from: Instant;
  readonly #furniture: Furniture;
  readonly #devices: ReadonlyMap<DeviceId, DeviceRecorder>;
  readonly #decisions: RecordedDecision[] = [];
  readonly #ticks: Offset[] = [];
  readonly #acts: RecordedAct[] = [];
  readonly #rollouts = new Map<DeploymentId, RolloutId>();
  #rollout: { readonly rollout: Rollout; readonly at: Offset } | undefined;

  constructor(from: Instant, furniture: Furniture) {
    this.#from = from;
    this.#furniture = furniture;
    const versions = new Map(furniture.releases.map((release) => [release.id, release]));
    this.#devices = new Map(furniture.devices.map((device) => [device.id, new DeviceRecorder(device, versions)]));
  }

  ticked(at: Instant): void {
    this.#ticks.push(at - this.#from);
  }

  acted(act: RecordedAct): void {
    this.#acts.push(act);
  }

  /** A server is about to deal with a check-in. */
  checkedIn(id: DeviceId, at: Instant, about: { said: native.CheckInRequest; skewSeconds: number }): void {
    this.#devices.get(id)?.checkedIn(at - this.#from, about);
  }

  /** A server is about to deal with reports that came by themselves. */
  reported(id: DeviceId, at: Instant, reports: readonly native.ReportMessage[]): void {
    this.#devices.get(id)?.reported(at - this.#from, reports);
  }

  /** A device was told to give up. */
  calledOff(id: DeviceId, deployment: string): void {
    this.#devices.get(id)?.calledOff(deployment);
  }

  commit(commit: Commit, now: Instant): void {
    const at = now - this.#from;
    for (const written of commit.writes) {
      if (written.kind === 'audit') {
        const rolloutOf = (id: DeploymentId) => this.#rollouts.get(id);
        const decision = decisionOf(written.event, { at, rollout: this.#rollout?.rollout.id, rolloutOf });
        if (decision) this.#decisions.push(decision);
      } else if (written.kind === 'rollout' && written.rollout.returns === null) {
        this.#rollout ??= { rollout: written.rollout, at };
        if (written.rollout.id !== this.#rollout.rollout.id) {
          throw new FettleError('invalid-input', 'A recording holds one rollout; this world has more.');
        }
      } else if (written.kind === 'deployment-born' || written.kind === 'deployment') {
        const { device, id, status } = written.deployment;
        this.#rollouts.set(id, written.deployment.rollout);
        if (written.kind === 'deployment-born') this.#devices.get(device)?.offered(at, written.deployment);
        else this.#devices.get(device)?.changed(id, status);
      }
    }
  }

  /** The recording up to a moment. @throws FettleError `wrong-state` when no rollout ever began */
  finish(until: Instant): Recording {
    if (!this.#rollout) throw new FettleError('wrong-state', 'There is nothing to record: no rollout began.');
    const { fleet, groups, releases } = this.#furniture;
    return {
      header: {
        format: 'fettle-recording',
        version: 1,
        source: 'simulation',
        from: this.#from,
        until,
        ticks: [...packMoments(this.#ticks)],
        assumptions: [],
      },
      fleet: {
        fleet,
        groups,
        holds: [],
        releases: releases.map(({ envelope: _, ...release }) => release),
        rollout: this.#rollout.rollout,
        startedAt: this.#rollout.at,
      },
      acts: [...this.#acts],
      devices: [...this.#devices.values()].map((device) => device.finish()),
      decisions: [...this.#decisions],
    };
  }
}
