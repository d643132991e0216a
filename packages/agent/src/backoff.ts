export interface BackoffDemand {
  /** Failures in a row, 1 for the first. */
  readonly failures: number;
  readonly baseMs: number;
  readonly capMs: number;
  /** What the server asked for with `Retry-After`. */
  readonly retryAfterMs?: number | null;
  /** Never sooner than this. */
  readonly leastMs: number;
}

/**
 * How long to wait after a failure: exponential with full jitter, the jitter drawn after the cap, so that devices
 * which failed together do not come back together. A `Retry-After` is a floor and gets a fifth of itself as jitter.
 * @param random from [0, 1)
 */
export function backoffMs(demand: BackoffDemand, random: () => number): number {
  const { failures, baseMs, capMs, retryAfterMs, leastMs } = demand;
  const ceiling = Math.min(capMs, baseMs * 2 ** Math.min(30, Math.max(0, failures - 1)));
  const jittered = ceiling * random();
  const asked = retryAfterMs ? retryAfterMs * (1 + 0.2 * random()) : 0;
  return Math.max(leastMs, jittered, asked);
}
