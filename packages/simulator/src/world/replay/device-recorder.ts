import {
  artifactsFor,
  type CurrentArtifacts,
  type Deployment,
  type DeploymentId,
  type DeploymentStatus,
  type Device,
  digest,
  isFinal,
  type Release,
  type ReleaseId,
} from '@fettle/model';
import type { native } from '@fettle/protocol';
import { Contacts } from './contacts.ts';
import type { Offset, RecordedAttempt, RecordedDevice, RecordedReport, Saying, Tell } from './recording.ts';

type Current = native.CheckInRequest['current'];

/** An attempt while it is being written down. */
interface Attempt {
  readonly deployment: DeploymentId;
  readonly release: Release;
  readonly number: number;
  readonly offeredAt: Offset;
  readonly contacts: number[];
  readonly tells: Tell[];
  runsMs: number | null;
  revertsMs: number | null;
  end: DeploymentStatus;
  isAborted: boolean;
  /** What it said to run before. */
  readonly before: Current;
}

/** What one device says and does, sorted into what it does anyway and what it does because it was offered something. */
export class DeviceRecorder {
  readonly #device: Device;
  readonly #releases: ReadonlyMap<ReleaseId, Release>;
  readonly #says: Saying[] = [];
  readonly #contacts: Offset[] = [];
  readonly #attempts: Attempt[] = [];
  #said: native.CheckInRequest | undefined;
  #skewSeconds = 0;

  constructor(device: Device, releases: ReadonlyMap<ReleaseId, Release>) {
    this.#device = device;
    this.#releases = releases;
  }

  checkedIn(at: Offset, { said, skewSeconds }: { said: native.CheckInRequest; skewSeconds: number }): void {
    this.#skewSeconds = skewSeconds;
    this.#noteSaying(at, said);
    const newest = this.#attempts.at(-1);
    if (said.reports?.length) this.#tell(at, said.reports, true);
    // The check-in that brings an offer is over when the offer is made: it was not under way yet.
    else if (newest && !isFinal(newest.end)) newest.contacts.push(at - newest.offeredAt);
    else this.#contacts.push(at);
  }

  reported(at: Offset, reports: readonly native.ReportMessage[]): void {
    this.#tell(at, reports, false);
  }

  calledOff(deployment: string): void {
    const attempt = this.#attempts.find((one) => one.deployment === deployment);
    if (attempt) attempt.isAborted = true;
  }

  offered(at: Offset, { id, release, attempt, status }: Deployment): void {
    const found = this.#releases.get(release);
    if (!found) return;
    this.#attempts.push({
      deployment: id,
      release: found,
      number: attempt,
      offeredAt: at,
      contacts: [],
      tells: [],
      runsMs: null,
      revertsMs: null,
      end: status,
      isAborted: false,
      before: this.#said?.current ?? {},
    });
  }

  changed(id: DeploymentId, status: DeploymentStatus): void {
    const attempt = this.#attempts.find((one) => one.deployment === id);
    if (attempt) attempt.end = status;
  }

  finish(): RecordedDevice {
    const { publicKey: _, ...device } = this.#device;
    return {
      device,
      skewSeconds: this.#skewSeconds,
      says: this.#says,
      contacts: Contacts.of(this.#contacts),
      attempts: this.#attempts.map(
        ({ deployment: _deployment, before: _before, release, ...attempt }): RecordedAttempt => {
          return { ...attempt, version: release.version };
        },
      ),
    };
  }

  #tell(at: Offset, reports: readonly native.ReportMessage[], isCheckIn: boolean): void {
    const newest = this.#attempts.length - 1;
    const attempt = this.#attempts[newest];
    if (!attempt) return;
    const told = reports.flatMap(({ deployment, sequence, status, error, detail }): RecordedReport[] => {
      const index = this.#attempts.findIndex((one) => one.deployment === deployment);
      if (index < 0) return [];
      return [{ back: newest - index, sequence, status, ...(error ? { error } : {}), ...(detail ? { detail } : {}) }];
    });
    attempt.tells.push({ ms: at - attempt.offeredAt, isCheckIn, reports: told });
  }

  #noteSaying(at: Offset, said: native.CheckInRequest): void {
    const before = this.#said;
    this.#said = said;
    const hasSame = before !== undefined && sameText(before.attributes, said.attributes);
    const runsSame = before !== undefined && sameText(before.current, said.current);
    if (hasSame && runsSame) return;
    const isOfAttempt = before !== undefined && (runsSame || this.#noteCurrent(at, said.current));
    if (hasSame && isOfAttempt) return;
    const current = isOfAttempt ? {} : { current: toCurrent(said.current) };
    this.#says.push({ at, attributes: said.attributes, ...current });
  }

  /** @returns whether what runs now is what the newest attempt made of it */
  #noteCurrent(at: Offset, current: Current): boolean {
    const newest = this.#attempts.at(-1);
    if (!newest) return false;
    const ms = at - newest.offeredAt;
    if (newest.runsMs === null && this.#isBrought(newest, current)) newest.runsMs = ms;
    else if (newest.runsMs !== null && newest.revertsMs === null && sameText(newest.before, current))
      newest.revertsMs = ms;
    else return false;
    return true;
  }

  #isBrought({ release }: Attempt, current: Current): boolean {
    return artifactsFor(release, this.#device.type).every((one) => current[one.component]?.sha256 === one.digest);
  }
}

function sameText(a: object, b: object): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function toCurrent(current: Current): CurrentArtifacts {
  const entries = Object.entries(current).map(([component, { version, counter, sha256 }]) => {
    return [component, { version, counter, digest: digest(sha256) }] as const;
  });
  return Object.fromEntries(entries);
}
