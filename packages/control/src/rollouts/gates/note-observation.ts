import type { Device, Instant, RolloutId } from '@fettle/model';
import type { Writes } from '../../ports.ts';
import type { DecisionContext } from '../context.ts';
import { noteHealth } from './note-health.ts';
import { type Metrics, takeMetrics } from './take-metrics.ts';

/** What a check-in showed of a device. */
export interface Observation {
  readonly before: Device;
  readonly after: Device;
  readonly metrics?: Metrics | undefined;
  readonly now: Instant;
}

/**
 * Tells the gates of the fleet what a check-in showed, in its transaction.
 * @returns rollouts whose counts changed by it
 */
export async function noteObservation(
  tx: Writes,
  context: DecisionContext,
  { before, after, metrics, now }: Observation,
): Promise<readonly RolloutId[]> {
  const changed = await noteHealth(tx, context, { before, after, now });
  if (metrics) await takeMetrics(tx, context, { device: after, metrics, now });
  return changed;
}
