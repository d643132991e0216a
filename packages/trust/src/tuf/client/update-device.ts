import type { FleetId, Instant, Manifest } from '@fettle/model';
import { manifestOfTargets } from '../manifest-of-targets.ts';
import type { TargetsMetadata } from '../metadata.ts';
import { Refusal, type Refused, refusedBy } from '../problem.ts';
import { floorAfterRoot, type TrustedTime, timeKeysOf, trustedTime } from '../time.ts';
import { tufLimits } from '../tuf-limits.ts';
import { type AssignedTarget, type DeviceFacts, verifyAssignment } from '../verify-assignment.ts';
import { boundedFetch } from './bounded-fetch.ts';
import type { FetchMetadata } from './cycle.ts';
import type { Lookup } from './find-target.ts';
import { type TrustedState, trustedRoot } from './trusted-state.ts';
import { updateRepository } from './update-repository.ts';

/** What a device trusts. Director and time floor belong together: a new root of the director may lower the floor. */
export interface DeviceTrust {
  readonly director: TrustedState;
  readonly image: TrustedState;
  /** No time before this is believed; 0 at first. */
  readonly timeFloor: Instant;
}

export interface DeviceUpdateOptions {
  readonly fleet: FleetId;
  readonly device: DeviceFacts;
  readonly fetchDirector: FetchMetadata;
  readonly fetchImage: FetchMetadata;
  /** New for every update: 16 to 64 random bytes in hexadecimal. */
  readonly nonce: string;
  /** Asks for the signed time to the nonce; undefined when none came. */
  readonly askTime: (nonce: string) => Promise<Uint8Array | undefined>;
  /** The clock of the device; undefined when it has none. */
  readonly clock: Instant | undefined;
  /** Makes durable what is trusted, each time that it changed, before anything more is asked. Its rejections are thrown on. */
  readonly keep: (trust: DeviceTrust) => Promise<void>;
}

/** What both repositories together say of this device now. */
export interface VerifiedAssignment {
  readonly ok: true;
  /** Empty: nothing is assigned. */
  readonly assigned: readonly AssignedTarget[];
  /** The release that the assigned targets make; undefined when nothing is assigned. */
  readonly manifest: Manifest | undefined;
  readonly trust: DeviceTrust;
  readonly time: TrustedTime;
}

export type DeviceVerdict =
  | VerifiedAssignment
  | (Refused & { readonly trust: DeviceTrust; readonly time: TrustedTime | undefined });

/**
 * Full verification by a device: signed time, the director, the image repository, whether both agree, and the release
 * that they name. Nothing else may be downloaded before it said yes.
 * Memory: both trusted states and one file; traffic: `tufLimits.updateBytes` at most.
 * @throws FettleError `invalid-input` when the trust given holds no root; whatever `keep` rejects with
 * @source Uptane Standard 2.1.0 §5.4.4.2; decision 0020
 */
export async function updateDevice(start: DeviceTrust, options: DeviceUpdateOptions): Promise<DeviceVerdict> {
  const budget = { leftBytes: tufLimits.updateBytes };
  const { updated: director, time, timeFloor } = await updateDirector(start, options, budget);
  let trust: DeviceTrust = { ...start, director: director.state, timeFloor };
  if (trust.director !== start.director || timeFloor !== start.timeFloor) await options.keep(trust);
  if (!director.ok) return { ...refusalOf(director), trust, time };
  if (!time) throw new Error('An update of the director ended well without a time.');
  const { targets } = director.targets;
  const misfit = strangeFleet(director.targets, options.fleet);
  if (misfit) return { ...misfit, trust, time };
  if (targets.size === 0) {
    const verdict = verifyAssignment({
      director: director.targets,
      image: { lookups: new Map() },
      device: options.device,
    });
    return verdict.ok ? { ok: true, assigned: [], manifest: undefined, trust, time } : { ...verdict, trust, time };
  }
  const paths = [...targets.keys()].slice(0, tufLimits.assignments);
  const image = await updateRepository(trust.image, boundedFetch(options.fetchImage, budget), { now: time.now, paths });
  if (image.state !== trust.image) {
    trust = { ...trust, image: image.state };
    await options.keep(trust);
  }
  if (!image.ok) return { ...refusalOf(image), trust, time };
  const verdict = judgeAssignment(director.targets, image.lookups, options);
  return verdict.ok ? { ...verdict, trust, time } : { ...verdict, trust, time };
}

/** When this was written: a clock that says less is wrong, also on a device that was told no floor. */
const writtenAfter: Instant = Date.UTC(2026, 0, 1);

async function updateDirector(start: DeviceTrust, options: DeviceUpdateOptions, budget: { leftBytes: number }) {
  const before = trustedRoot(start.director);
  const told: { time?: TrustedTime } = {};
  const updated = await updateRepository(start.director, boundedFetch(options.fetchDirector, budget), {
    now: async (root) => {
      const { nonce, clock } = options;
      const floor = Math.max(floorAfterRoot(start.timeFloor, before, root), writtenAfter);
      const answer = await options.askTime(nonce);
      const timeKeys = timeKeysOf(root);
      const time = trustedTime({ floor, clock, answer, nonce, timeKeys, rootExpiresAt: root.expiresAt });
      told.time = time;
      if (time.source !== 'floor') return time.now;
      // The floor is only what it is at least: metadata that is held back for months would count as fresh.
      const why = time.problem ? `the answer was not taken (${time.problem})` : 'no answer came';
      throw new Refusal('time-unproven', `Expected a signed time or a clock that can be right; ${why}.`);
    },
  });
  const { time } = told;
  // A root that was taken over counts also when the update ended before the time was asked for.
  const timeFloor = time?.floor ?? floorAfterRoot(start.timeFloor, before, trustedRoot(updated.state));
  return { updated, time, timeFloor };
}

/** @returns a refusal where the director names what is not of this device's fleet */
function strangeFleet({ targets }: TargetsMetadata, fleet: FleetId): Refused | undefined {
  const strange = [...targets.keys()].find((path) => !path.startsWith(`${fleet}/`));
  if (strange === undefined) return undefined;
  return refusalOf(new Refusal('wrong-fleet', `Expected targets of fleet ${fleet}, the director names ${strange}.`));
}

function judgeAssignment(
  director: TargetsMetadata,
  lookups: ReadonlyMap<string, Lookup>,
  { device, fleet }: DeviceUpdateOptions,
) {
  const verdict = verifyAssignment({ director, image: { lookups }, device });
  if (!verdict.ok) return verdict;
  const placed = verdict.assigned.flatMap(({ path }) => {
    const found = lookups.get(path);
    return found?.ok ? [{ path, target: found.target }] : [];
  });
  const made = manifestOfTargets(fleet, placed);
  if (!made.ok) return refusalOf(new Refusal('target-malformed', made.message));
  return { ok: true, assigned: verdict.assigned, manifest: made.manifest } as const;
}

function refusalOf(from: Refusal | Refused): Refused {
  if (from instanceof Refusal) return refusedBy(from);
  const { code, attack, message } = from;
  return { ok: false, code, attack, message };
}
