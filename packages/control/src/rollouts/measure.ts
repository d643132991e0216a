import type { Device, Phase } from '@fettle/model';
import type { Clock, Reads } from '../ports.ts';
import type { Measurement } from './advance.ts';
import { bucketOf } from './bucket.ts';
import { fitReasons, type RolloutContext } from './decide.ts';

/** Devices looked at between two turns for others: a few milliseconds. */
const pageDevices = 100;

/**
 * Counts the devices that a phase reaches, by walking the fleet page by page in the background: a rollout starts
 * without this, only its phases open after it. A share keeps its limit; a count takes the devices with the lowest
 * buckets, so that not the fastest to call become the canaries. A share too small for even one device takes the first.
 * Memory: one page, and as many numbers as a counted phase has devices.
 */
export async function measurePhase(
  reads: Reads,
  clock: Clock,
  context: RolloutContext,
  phase: Phase,
): Promise<Measurement> {
  const buckets = await memberBuckets(reads, clock, context);
  if ('count' in phase.size) return limitTo(buckets, phase.size.count);
  const { share } = phase.size;
  const members = buckets.filter((bucket) => bucket < share).length;
  if (members === 0 && buckets.length > 0) return limitTo(buckets, 1);
  return { bucketLimit: share, members };
}

function limitTo(buckets: Float64Array, count: number): Measurement {
  if (buckets.length <= count) return { bucketLimit: 1, members: buckets.length };
  buckets.sort();
  // The limit lies between the last member and the first that is not one.
  return { bucketLimit: buckets[count] ?? 1, members: count };
}

async function memberBuckets(reads: Reads, clock: Clock, context: RolloutContext): Promise<Float64Array> {
  const fleet = await reads.fleet(context.rollout.fleet);
  if (!fleet) return new Float64Array(0);
  let buckets = new Float64Array(1_024);
  let count = 0;
  let after: string | undefined;
  do {
    const page = await reads.devices({ fleet: fleet.id, status: 'accepted', after, limit: pageDevices });
    for (const device of page.items) {
      if (!isMember(device, context, fleet)) continue;
      if (count === buckets.length) {
        const larger = new Float64Array(count * 2);
        larger.set(buckets);
        buckets = larger;
      }
      buckets[count++] = bucketOf(context.rollout.salt, device.id);
    }
    after = page.next ?? undefined;
    // The next page waits for its turn behind devices that call.
    await clock.turn();
  } while (after !== undefined);
  return buckets.slice(0, count);
}

/** A member could be offered the release, or has been offered it in this rollout already. */
function isMember(device: Device, context: RolloutContext, fleet: Parameters<typeof fitReasons>[2]): boolean {
  if (device.attempts.some((attempt) => attempt.rollout === context.rollout.id)) return true;
  return fitReasons(device, context, fleet).length === 0;
}
