import { bucketOf } from '@fettle/control';
import { artifactsFor, type DeviceId, type Release } from '@fettle/model';
import type { native } from '@fettle/protocol';
import { never } from './contacts.ts';
import type { Offset, RecordedAttempt, RecordedDevice, Saying, Tell } from './recording.ts';
import type { Wait } from './waits.ts';

/** Something that a device does in the course of an attempt. */
export type Deed =
  | { readonly kind: 'contact' }
  | { readonly kind: 'tell'; readonly tell: Tell }
  | { readonly kind: 'runs' | 'reverts' };

/** An attempt as it goes on now. */
export interface Running {
  readonly attempt: RecordedAttempt;
  readonly deployment: string;
  readonly release: Release;
  /** Check-ins of it that are still to come. */
  contactsLeft: number;
  /** Whether the device gave it up here, other than in the recording. */
  isGivenUp: boolean;
  hasRebooted: boolean;
  lastSequence: number;
  /** Which state of the fleet its last check-in saw. */
  lookedAt: number;
}

/** A recorded device on the stage: what it says and what it has under way. */
export class Actor {
  readonly recorded: RecordedDevice;
  /** When it next checks in by itself and something may come of it. */
  wakeAt: Offset = never;
  running: Running | undefined;
  /** What it was found to wait for when it was last looked at, and in which state of the fleet that was. */
  waits: { readonly wait: Wait; readonly changes: number } | undefined;
  /** Deployments that it was ever offered, oldest first. */
  readonly deployments: string[] = [];
  readonly #used = new Map<string, number>();
  #said: native.CheckInRequest = { attributes: {}, current: {} };
  #saying = -1;
  /** Whether the server knows what it says. */
  isTold = false;
  #bucket: { readonly salt: string; readonly place: number } | undefined;
  #before: native.CheckInRequest['current'] = {};

  constructor(recorded: RecordedDevice) {
    this.recorded = recorded;
  }

  /** What it says at a moment. */
  says(at: Offset): native.CheckInRequest {
    for (;;) {
      const next = this.recorded.says[this.#saying + 1];
      if (!next || next.at > at) return this.#said;
      this.#saying++;
      this.isTold = false;
      this.#said = {
        attributes: next.attributes,
        current: next.current ? toMessage(next.current) : this.#said.current,
      };
    }
  }

  /** When it will say something else by itself. */
  get nextSayingAt(): Offset {
    return this.recorded.says[this.#saying + 1]?.at ?? never;
  }

  /** The attempt that it made in the recording when it was offered this release for the so-manieth time. */
  recordedAttempt(version: string): RecordedAttempt | undefined {
    const turn = this.#used.get(version) ?? 0;
    this.#used.set(version, turn + 1);
    return this.recorded.attempts.filter((attempt) => attempt.version === version)[turn];
  }

  /** The new release runs: from now on it says so. */
  run(release: Release): void {
    this.#before = this.#said.current;
    const current: Record<string, native.CheckInRequest['current'][string]> = { ...this.#said.current };
    for (const { component, digest: sha256 } of artifactsFor(release, this.recorded.device.type)) {
      current[component] = { version: release.version, counter: release.counter, sha256 };
    }
    this.#said = { ...this.#said, current };
    this.isTold = false;
  }

  /** What ran before runs again. */
  revert(): void {
    this.#said = { ...this.#said, current: this.#before };
    this.isTold = false;
  }

  /** Its place in a rollout, looked up again and again while the phases of that one open. */
  readonly bucketOf = (salt: string, device: DeviceId): number => {
    if (this.#bucket?.salt !== salt) this.#bucket = { salt, place: bucketOf(salt, device) };
    return this.#bucket.place;
  };
}

function toMessage(current: NonNullable<Saying['current']>): native.CheckInRequest['current'] {
  const entries = Object.entries(current).map(([component, { version, counter, digest }]) => {
    return [component, { version, counter, sha256: digest }] as const;
  });
  return Object.fromEntries(entries);
}
