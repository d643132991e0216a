import { FettleError, type Instant } from '@fettle/model';
import { type Bucket, type Rate, takeFromAll } from '../signer/rules/token-bucket.ts';

/** How often anybody may knock with an ID token, and how often a refusal is written down. */
export interface Rates {
  /** @throws FettleError `limit-reached` */
  demandExchange(address: string, now: Instant): void;
  mayNoteRefusal(now: Instant): boolean;
}

const perAddress: Rate = { perSecond: 10, burst: 100 };
const inAll: Rate = { perSecond: 50, burst: 500 };
/** Anybody gets tokens of a public issuer: refusals fill the audit log no faster than this. */
const refusals: Rate = { perSecond: 0.2, burst: 50 };
const mostAddresses = 10_000;

export function createRates(): Rates {
  const buckets = new Map<string, Bucket>();
  const noted = new Map<string, Bucket>();
  return {
    demandExchange(address, now) {
      if (buckets.size > mostAddresses) buckets.clear();
      const wanted = [
        [`address ${address}`, perAddress],
        ['all', inAll],
      ] as const;
      if (takeFromAll(buckets, wanted, now)) return;
      throw new FettleError('limit-reached', 'Too many credentials were sent. Try again in a few seconds.', {
        details: { retryAfterSeconds: 5 },
      });
    },
    mayNoteRefusal: (now) => takeFromAll(noted, [['refusals', refusals]], now),
  };
}
