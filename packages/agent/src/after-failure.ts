import { backoffMs } from './backoff.ts';

/** What a device knows when a check-in got no good answer. */
export interface Unheard {
  readonly kind: 'unreachable' | 'busy' | 'pending' | 'refused' | 'rejected';
  /** What the server asked for with `Retry-After`. */
  readonly retryAfterMs: number | null;
  /** Failures in a row, 1 for the first. */
  readonly failures: number;
  /** When the server last said to come back; undefined when it has said nothing since the start. */
  readonly toldMs: number | undefined;
  /** Whether something is under way or waits to be told. */
  readonly hasNews: boolean;
}

const hour = 3_600_000;

/**
 * How long a device waits after a check-in that got no good answer. One that is refused slows down, never speeds up.
 * One that has nothing to tell keeps its own place in the interval: whoever asked again sooner would, together with
 * everybody else, be a herd at the door of a server that comes back. Only a device that has news, or that has not been
 * heard since its start, asks again sooner, with jittered back-off.
 * @param limits the device's own bounds, in milliseconds
 * @param random from [0, 1)
 * @source decision 0018
 */
export function afterFailureMs(
  unheard: Unheard,
  limits: { readonly leastMs: number; readonly mostMs: number },
  random: () => number,
): number {
  const { kind, retryAfterMs, failures, toldMs, hasNews } = unheard;
  const { leastMs, mostMs: capMs } = limits;
  if (kind === 'refused' || kind === 'rejected') {
    const least = Math.max(leastMs, toldMs ?? leastMs);
    return backoffMs({ failures, retryAfterMs, baseMs: 60_000, capMs, leastMs: least }, random);
  }
  if (toldMs === undefined || hasNews || kind === 'pending') {
    return backoffMs({ failures, retryAfterMs, baseMs: 2_000, capMs: Math.min(capMs, hour / 4), leastMs }, random);
  }
  // What is asked for more seldom than every hour is, while nobody answers, asked for every hour.
  const slotMs = Math.min(toldMs, hour, capMs);
  return backoffMs({ failures: 1, retryAfterMs, baseMs: 0, capMs, leastMs: Math.max(leastMs, slotMs) }, random);
}
