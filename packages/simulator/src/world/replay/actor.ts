import { bucketOf } from '@fettle/control';
import { artifactsFor, type DeviceId, type Release } from '@fettle/model';
import type { native } from '@fettle/protocol';
import { never } from './contacts.ts';
import type { Running } from './deeds.ts';
import type { Offset, RecordedAttempt, RecordedDevice, Saying } from './recording.ts';
import type { Wait } from './waits.ts';

/** A recorded device on the stage: what it says and what it has under way. */
export class Actor {
  readonly recorded: RecordedDevice;
  readonly id: DeviceId;
  running: Running | undefined;
  /** What it was found to wait for when it was last looked at; forgotten with the next thing that it does. */
  waits: Wait | undefined;
  /** Deployments that it was ever offered, oldest first. */
  readonly deployments: string[] = [];
  /** The version that each of these offers was of. */
  readonly #offered: string[] = [];
  #said: native.CheckInRequest = { attributes: {}, current: {} };
  #saying = -1;
  /** When it will say something else by itself. */
  nextSayingAt: Offset;
  /** Whether the server knows what it says. */
  isTold = false;
  #salt: string | undefined;
  #bucket = 0;
  #before: native.CheckInRequest['current'] = {};

  constructor(recorded: RecordedDevice) {
    this.recorded = recorded;
    this.id = recorded.device.id;
    this.nextSayingAt = recorded.says[0]?.at ?? never;
  }

  /** What it says at a moment. */
  says(at: Offset): native.CheckInRequest {
    for (;;) {
      const next = this.recorded.says[this.#saying + 1];
      if (!next || next.at > at) return this.#said;
      this.#saying++;
      this.nextSayingAt = this.recorded.says[this.#saying + 1]?.at ?? never;
      this.isTold = false;
      this.#said = {
        attributes: next.attributes,
        current: next.current ? toMessage(next.current) : this.#said.current,
      };
    }
  }

  /** The attempt that it made in the recording when it was offered this release for the so-manieth time. */
  recordedAttempt(version: string): RecordedAttempt | undefined {
    const turn = this.#offered.filter((offered) => offered === version).length;
    this.#offered.push(version);
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
  bucketOf(salt: string): number {
    if (this.#salt !== salt) {
      this.#salt = salt;
      this.#bucket = bucketOf(salt, this.id);
    }
    return this.#bucket;
  }
}

/** What many devices run, in the words in which they say it: the same for all who share it. */
const messages = new WeakMap<object, native.CheckInRequest['current']>();

function toMessage(current: NonNullable<Saying['current']>): native.CheckInRequest['current'] {
  const known = messages.get(current);
  if (known) return known;
  const entries = Object.entries(current).map(([component, { version, counter, digest }]) => {
    return [component, { version, counter, sha256: digest }] as const;
  });
  const message = Object.fromEntries(entries);
  messages.set(current, message);
  return message;
}
