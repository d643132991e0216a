import { FettleError, type Instant } from '@fettle/model';
import { type Bucket, type Rate, takeFromAll } from './rules/token-bucket.ts';

/** How many requests of each kind are answered. */
export interface SignerRates {
  /** Of the image repository, by tenant and role. */
  readonly image: Rate;
  /** Of the director, by role, all tenants together. */
  readonly director: Rate;
  readonly time: Rate;
  /** Checkpoints of all audit logs together. */
  readonly checkpoint: Rate;
  /** Statements of evidence, all together. */
  readonly statement: Rate;
  /** Of everything, also of questions that sign nothing. */
  readonly overall: Rate;
}

/** A fleet of a million renews its director sets within a week at two a second; this is for its liveliest minute. */
export const usualRates: SignerRates = {
  image: { perSecond: 2, burst: 120 },
  director: { perSecond: 2_000, burst: 10_000 },
  time: { perSecond: 2_000, burst: 10_000 },
  checkpoint: { perSecond: 500, burst: 2_000 },
  statement: { perSecond: 10, burst: 600 },
  overall: { perSecond: 10_000, burst: 40_000 },
};

/** The director's rates at so many sets a second, the rest along with it. */
export function ratesFor(setsPerSecond: number): SignerRates {
  const rate = { perSecond: setsPerSecond, burst: setsPerSecond * 5 };
  const overall = { perSecond: setsPerSecond * 5, burst: setsPerSecond * 20 };
  return { ...usualRates, director: rate, time: rate, overall };
}

/** What a request draws on besides the whole: `image-snapshot of a tenant`, `director-targets`, `time`. */
export interface Draw {
  readonly kind: 'image' | 'director' | 'time' | 'checkpoint' | 'statement' | 'question';
  readonly name: string;
}

/** Turns away what comes too fast: a stolen server signs no faster than this either. */
export class RateLimiter {
  readonly #rates: SignerRates;
  readonly #now: () => Instant;
  readonly #buckets = new Map<string, Bucket>();

  constructor(rates: SignerRates, now: () => Instant) {
    this.#rates = rates;
    this.#now = now;
  }

  /** @throws FettleError `overloaded` */
  take({ kind, name }: Draw): void {
    const own = kind === 'question' ? [] : [[name, this.#rates[kind]] as const];
    if (takeFromAll(this.#buckets, [...own, ['', this.#rates.overall]], this.#now())) return;
    const message = `Expected at most ${kind === 'question' ? this.#rates.overall.perSecond : this.#rates[kind].perSecond} requests a second of ${name}, found more; ask again later.`;
    throw new FettleError('overloaded', message);
  }
}
