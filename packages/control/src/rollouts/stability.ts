import { type Instant, type Reason, type RolloutId, reasonTable } from '@fettle/model';
import type { DecisionContext } from './context.ts';

/** Later than any clock that matters: nothing but a change of device or fleet ends it. */
export const noChange: Instant = Number.MAX_SAFE_INTEGER;

/**
 * How long a hold stays one while neither the device's record nor the structure of its fleet changes: each rollout is
 * held at least until the last of its reasons can go, and the device until the first rollout can go. Reasons that rest
 * on what other devices have under way count for nothing, as they may go at any moment.
 * @returns undefined when a rollout is held by such reasons alone
 */
export function stability(
  reasons: readonly Reason[],
  context: Pick<DecisionContext, 'rollouts'>,
): { readonly until: Instant } | undefined {
  let ofDevice: Instant | undefined;
  const ofRollout = new Map<RolloutId, Instant>();
  for (const { code, earliestChangeAt, rollout } of reasons) {
    if (reasonTable[code].basis === 'others') continue;
    const until = earliestChangeAt ?? noChange;
    if (rollout === null) ofDevice = Math.max(ofDevice ?? until, until);
    else ofRollout.set(rollout, Math.max(ofRollout.get(rollout) ?? until, until));
  }
  let until = noChange;
  for (const { rollout } of context.rollouts) {
    const held = ofRollout.get(rollout.id) ?? ofDevice;
    if (held === undefined) return undefined;
    until = Math.min(until, Math.max(held, ofDevice ?? held));
  }
  return { until };
}
