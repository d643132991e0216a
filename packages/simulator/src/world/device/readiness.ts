import type { AttributeValue } from '@fettle/model';
import { fraction } from '../../fleet/random.ts';
import type { DevicePlan } from '../world-plan.ts';

/** How long a battery takes from full to empty, and back. */
const batteryCycleMs = 16 * 3_600_000;

/** What a device says of its readiness at a moment, after the start: in use or not, and its battery. */
export function readinessAt(
  seed: string,
  { id, habits }: DevicePlan,
  elapsedMs: number,
): Record<string, AttributeValue> {
  const said: Record<string, AttributeValue> = {};
  if (habits.usedMs > 0) {
    const shifted = elapsedMs + fraction(seed, 'use', id) * 2 * habits.usedMs;
    said['in-use'] = Math.floor(shifted / habits.usedMs) % 2 === 0;
  }
  if (habits.battery) {
    const turn = ((elapsedMs / batteryCycleMs + fraction(seed, 'battery', id)) % 1) * 2;
    // In steps of ten, so that not every check-in says something new.
    said['battery-percent'] = Math.round((turn < 1 ? 1 - turn : turn - 1) * 10) * 10;
    said['power-source'] = turn < 1 ? 'battery' : 'mains';
  }
  return said;
}
