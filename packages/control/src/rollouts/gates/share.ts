import { alternatives, type Interval, mixLog } from './mixture.ts';

/** Devices that have started, by what is known of them. */
export interface Outcomes {
  /** Watched to the end without a failure. */
  readonly proven: number;
  readonly failed: number;
  /** Neither of both yet. */
  readonly pending: number;
}

/**
 * log E against "at least this share fails". What is pending counts as nothing: failures that come sooner than
 * successes only make it smaller.
 * @param margin share above 0 and below 1
 * @source decision 0015 §4; needs 5.8
 */
export function belowLogE({ proven, failed }: Omit<Outcomes, 'pending'>, margin: number): number {
  return mixLog(
    alternatives.map((factor) => {
      const share = margin / factor;
      return failed * Math.log(share / margin) + proven * Math.log((1 - share) / (1 - margin));
    }),
  );
}

/** log E against "at most this share fails": here what is pending counts as not failed. */
function aboveLogE({ proven, failed, pending }: Outcomes, share: number): number {
  return mixLog(
    alternatives.map((factor) => {
      const larger = Math.min(share * factor, (1 + share) / 2);
      return failed * Math.log(larger / share) + (proven + pending) * Math.log((1 - larger) / (1 - share));
    }),
  );
}

/** Devices in a row without a failure that show less than the margin. */
export function devicesToPass(margin: number, alpha: number): number {
  let devices = 1;
  while (belowLogE({ proven: devices, failed: 0 }, margin) < Math.log(1 / alpha)) devices++;
  return devices;
}

const steps = 40;

/** The share of failing devices as far as it is known, right at all looks together with probability 1 - alpha. */
export function shareInterval(outcomes: Outcomes, alpha: number): Interval {
  const { proven, failed, pending } = outcomes;
  const bar = Math.log(2 / alpha);
  const rulesOutAbove = (share: number) => belowLogE(outcomes, share) >= bar;
  const rulesOutBelow = (share: number) => aboveLogE(outcomes, share) >= bar;
  return {
    low: failed === 0 ? 0 : bisect(rulesOutBelow, 0, failed / (failed + proven + pending)),
    high: proven === 0 ? 1 : bisect(rulesOutAbove, 1, failed / (failed + proven)),
  };
}

/** The point nearest to `inside` that is still ruled out, seen from `outside`; `outside` itself when nothing is. */
function bisect(isRuledOut: (share: number) => boolean, outside: number, inside: number): number {
  let out = outside;
  let kept = inside;
  for (let i = 0; i < steps; i++) {
    const middle = (out + kept) / 2;
    if (isRuledOut(middle)) out = middle;
    else kept = middle;
  }
  return out;
}
