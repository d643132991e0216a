import type { Instant, Phase, Rollout } from '@fettle/model';

/**
 * A phase without any member is measured again, as devices may enrol late: soon after the start, and ever more seldom,
 * as a measurement walks the whole fleet.
 */
export const remeasureMs = { least: 10_000, most: 900_000 } as const;

/**
 * Whether the phase that `advance` asks to be measured is to be measured now.
 * @param measuredAt when this process found it empty; undefined when it never looked
 */
export function isMeasureDue(rollout: Rollout, phase: Phase, measuredAt: Instant | undefined, now: Instant): boolean {
  if (phase.status !== 'open') return true;
  const last = measuredAt ?? phase.openedAt ?? now;
  const age = last - (rollout.startedAt ?? last);
  const waitMs = Math.min(remeasureMs.most, Math.max(remeasureMs.least, age / 2));
  // A clock that was set back says nothing about how long ago it was.
  return now < last || now - last >= waitMs;
}
