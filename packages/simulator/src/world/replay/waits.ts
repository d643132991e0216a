import { type DecisionContext, decide, limitFindings, quietSurroundings } from '@fettle/control';
import { type Device, type Instant, type RolloutId, reasonTable } from '@fettle/model';

/** What a device waits for that is held back by nothing but how much is under way. */
export interface Wait {
  /** Rollouts that would serve it if there were room. */
  readonly rollouts: readonly RolloutId[];
  /** Until then every other rollout holds it back for reasons of its own. */
  readonly until: Instant;
}

/** @returns undefined when something else than room may let the device go at any moment */
export function waitOf(device: Device, context: DecisionContext, now: Instant): Wait | undefined {
  const decision = decide(device, context, now);
  if (decision.kind === 'offer') return undefined;
  let until = Number.MAX_SAFE_INTEGER;
  const rollouts: RolloutId[] = [];
  for (const { rollout } of context.rollouts) {
    const reasons = decision.reasons.filter((reason) => reason.rollout === null || reason.rollout === rollout.id);
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
