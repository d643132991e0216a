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
}

/** What a check-in with nothing new would come to. */
export type Look =
  /** Nothing can come of its check-ins before that moment, or before the fleet changes. */
  | { readonly kind: 'asleep'; readonly until: Instant }
  | { readonly kind: 'waits'; readonly wait: Wait }
  | { readonly kind: 'offer' };

/** Decides about a device that has nothing under way and says nothing new, as its check-in would. */
export function lookAt(device: Device, context: DecisionContext, now: Instant): Look {
  const decision = decide(device, context, now);
  if (decision.kind === 'offer') return { kind: 'offer' };
  const stable = stability(decision.reasons, context);
  return stable ? { kind: 'asleep', until: stable.until } : { kind: 'waits', wait: waitOf(decision.reasons, context) };
}

function waitOf(found: readonly Reason[], context: DecisionContext): Wait {
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

/** Whether there still is no room for the device anywhere; a tenth of the cost of a decision. */
export function isStillFull(
  device: Device,
  context: DecisionContext,
  { wait, now }: { wait: Wait; now: Instant },
): boolean {
  if (now >= wait.until) return false;
  for (const one of context.rollouts) {
    if (!wait.rollouts.includes(one.rollout.id)) continue;
    const subject = { device, context: one, fleet: context, surroundings: quietSurroundings, now };
    if (limitFindings(subject).next().done) return false;
  }
  return true;
}

/**
 * Whether no rollout has opened a phase that reaches the device: then nothing else needs to be asked, and no clock
 * changes it.
 */
export function isBeyond(
  device: DeviceId,
  context: DecisionContext,
  bucketOf: (salt: string, device: DeviceId) => number,
): boolean {
  return context.rollouts.every(({ rollout }) => {
    const reach = reachOf(rollout);
    return reach <= 0 || bucketOf(rollout.salt, device) >= reach;
  });
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
