import type { Device, Hold, Instant, RolloutId } from '@fettle/model';
import { selects } from '../../expressions/cache.ts';
import type { Reads } from '../../ports.ts';

/** Whether a hold that belongs to the rollout selects the device now. */
export async function isHeldWithin(
  reads: Pick<Reads, 'holds'>,
  rollout: RolloutId,
  device: Device,
  now: Instant,
): Promise<boolean> {
  return (await reads.holds(device.fleet)).some((hold) => hold.rollout === rollout && isHeldBy(hold, device, now));
}

function isHeldBy(hold: Hold, device: Device, now: Instant): boolean {
  return hold.expiresAt > now && hold.expression !== '' && selects(hold.expression, device, now);
}
