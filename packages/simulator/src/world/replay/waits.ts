import {
  type DecisionContext,
  decide,
  limitFindings,
  quietSurroundings,
  type RolloutContext,
  stability,
} from '@fettle/control';
import { type Device, type DeviceId, type Instant, type Reason, type RolloutId, reasonTable } from '@fettle/model';

/** What a device waits for that is held back by nothing but how much is under way. */
export interface Wait {
  /** Rollouts that would serve it if there were room. */
  readonly rollouts: readonly RolloutId[];
  /** Until then every other rollout holds it back for reasons of its own. */
  readonly until: Instant;
  /** The state of the fleet in which that was found. */
  readonly changes: number;
}

/** What a check-in with nothing new would come to. */
export type Look =
  /** Nothing can come of its check-ins before that moment, or before the fleet changes. */
  | { readonly kind: 'asleep'; readonly until: Instant }
  | { readonly kind: 'waits'; readonly wait: Omit<Wait, 'changes'> }
  | { readonly kind: 'offer' };

/** Decides about a device that has nothing under way and says nothing new, as its check-in would. */
export function lookAt(device: Device, context: DecisionContext, now: Instant): Look {
  const decision = decide(device, context, now);
  if (decision.kind === 'offer') return { kind: 'offer' };
  const stable = stability(decision.reasons, context);
  return stable ? { kind: 'asleep', until: stable.until } : { kind: 'waits', wait: waitOf(decision.reasons, context) };
}

function waitOf(found: readonly Reason[], context: DecisionContext): Omit<Wait, 'changes'> {
  let until = Number.MAX_SAFE_INTEGER;
  const rollouts: RolloutId[] = [];
  for (const { rollout } of context.rollouts) {
    const reasons = found.filter((reason) => reason.rollout === null || reason.rollout === rollout.id);
    const firm = reasons.filter(({ code }) => reasonTable[code].basis !== 'others');
    if (firm.length === 0) rollouts.push(rollout.id);
    else until = Math.min(until, Math.max(...firm.map((reason) => reason.earliestChangeAt ?? Number.MAX_SAFE_INTEGER)));
  }
  return { rollouts, until };
}

/**
 * What was found to keep everybody out of rollouts, whoever asks: it stays true while the counts are the same and until
 * a moment, so that of all who wait at that time only one has to be asked.
 */
export class Crowding {
  readonly #found: { context: RolloutContext; until: Instant }[] = [];

  /** Whether there still is no room for the device anywhere; a tenth of the cost of a decision, or nothing at all. */
  isStillFull(waiting: Waiting, context: DecisionContext, now: Instant): boolean {
    const { rollouts, until } = waiting.wait;
    if (now >= until) return false;
    for (let index = 0; index < context.rollouts.length; index++) {
      const one = context.rollouts[index] as RolloutContext;
      if (!rollouts.includes(one.rollout.id)) continue;
      const known = this.#found[index];
      if (known?.context === one && now < known.until) continue;
      const device = waiting.devices.get(waiting.id);
      if (!device) return false;
      const subject = { device, context: one, fleet: context, surroundings: quietSurroundings, now };
      const finding = limitFindings(subject).next();
      if (finding.done) return false;
      this.#found[index] = { context: one, until: keepsEverybodyOutUntil(finding.value) };
    }
    return true;
  }
}

/** A device that waits for room; its record is looked up only where it has to be asked. */
export interface Waiting {
  readonly id: DeviceId;
  readonly wait: Wait;
  readonly devices: ReadonlyMap<DeviceId, Device>;
}

type Finding = ReturnType<typeof limitFindings> extends Generator<infer F> ? F : never;

/** Until when a limit that was met keeps everybody out while the counts are the same; 0 when it may be of one alone. */
function keepsEverybodyOutUntil({ code, evidence, until }: Finding): Instant {
  if (code === 'too-many-in-flight') return Number.MAX_SAFE_INTEGER;
  if (code === 'budget-spent' && evidence.budget === 'unproven') return Number.MAX_SAFE_INTEGER;
  // A rate says to the millisecond when it has room again, but for how its sums are rounded.
  return code === 'rate-limited' && until !== undefined ? until - 2 : 0;
}

/**
 * Tells whether no rollout has opened a phase that reaches a device: then nothing else needs to be asked, and no clock
 * changes it.
 */
export function beyond(context: DecisionContext): (device: { bucketOf(salt: string): number }) => boolean {
  const reaches = context.rollouts.map(({ rollout }) => ({ salt: rollout.salt, reach: reachOf(rollout) }));
  const wanted = reaches.filter(({ reach }) => reach > 0);
  return (device) => wanted.every(({ salt, reach }) => device.bucketOf(salt) >= reach);
}

/** Devices with buckets from here on are in no phase that was opened. */
function reachOf({ phases }: RolloutContext['rollout']): number {
  let reach = 0;
  for (const { size, status, bucketLimit } of phases) {
    // Who is in a group is not told by buckets, and may change with the clock.
    if ('group' in size) return 1;
    if (status !== 'waiting' && status !== 'measuring') reach = Math.max(reach, bucketLimit);
  }
  return reach;
}
