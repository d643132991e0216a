import type { Instant } from '@fettle/model';

export interface Rate {
  readonly perSecond: number;
  /** How many may come at once after a quiet time. */
  readonly burst: number;
}

/** A bucket that fills steadily; each request takes one token out. */
export interface Bucket {
  readonly tokens: number;
  readonly at: Instant;
}

/** The bucket at a time. A clock that went back adds nothing. */
export function refill(bucket: Bucket | undefined, { perSecond, burst }: Rate, now: Instant): Bucket {
  if (!bucket) return { tokens: burst, at: now };
  const added = (Math.max(0, now - bucket.at) / 1_000) * perSecond;
  return { tokens: Math.min(burst, bucket.tokens + added), at: now };
}

/** Takes one token of every bucket, or of none. @returns whether all had one */
export function takeFromAll(
  buckets: Map<string, Bucket>,
  rates: readonly (readonly [string, Rate])[],
  now: Instant,
): boolean {
  const filled = rates.map(([name, rate]) => [name, refill(buckets.get(name), rate, now)] as const);
  const allowed = filled.every(([, { tokens }]) => tokens >= 1);
  for (const [name, bucket] of filled) {
    buckets.set(name, allowed ? { ...bucket, tokens: bucket.tokens - 1 } : bucket);
  }
  return allowed;
}
