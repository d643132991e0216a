import { alternatives, type Interval, logSumExp, mixLog } from './mixture.ts';

/** Which side of the comparison a device is on when something happens to it. */
export type Side = 'treated' | 'control';

/** Devices to which it could have happened at that moment, in the stratum of the one to which it did. */
export interface AtRisk {
  readonly treated: number;
  readonly control: number;
}

/**
 * What the events so far say about the rate ratio between devices that run the release and devices that do not:
 * one partial log-likelihood for each ratio of the grid. Events of all strata add up.
 */
export interface RatioEvidence {
  readonly treatedEvents: number;
  readonly controlEvents: number;
  /** In the order of `ratioGrid`. */
  readonly logLikelihood: readonly number[];
}

/** Rate ratios at which the likelihood is kept; they hold every alternative, and 1. */
export const ratioGrid: readonly number[] = [
  0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3, 4, 5, 6, 8, 10, 14, 20,
  30, 50, 100,
];
const same = ratioGrid.indexOf(1);
const worse = alternatives.map((ratio) => ratioGrid.indexOf(ratio));

export const noRatioEvidence: RatioEvidence = {
  treatedEvents: 0,
  controlEvents: 0,
  logLikelihood: ratioGrid.map(() => 0),
};

/**
 * Takes one event. Under rate ratio r it belongs to the treated side with probability rT / (rT + C), whatever the rates
 * themselves are: what hits both sides alike cancels.
 * An event says nothing while one side is empty.
 * @source decision 0015 §2; needs 5.6; Cox (1975), Partial likelihood
 */
export function addEvent(evidence: RatioEvidence, side: Side, atRisk: AtRisk): RatioEvidence {
  const { treated, control } = atRisk;
  const isTreated = side === 'treated';
  const before = evidence.logLikelihood;
  const logLikelihood = new Array<number>(before.length);
  for (let i = 0; i < before.length; i++) {
    const weighted = (ratioGrid[i] as number) * treated;
    const share = isTreated ? weighted / (weighted + control) : control / (weighted + control);
    logLikelihood[i] = (before[i] as number) + Math.log(share);
  }
  return {
    treatedEvents: evidence.treatedEvents + (isTreated ? 1 : 0),
    controlEvents: evidence.controlEvents + (isTreated ? 0 : 1),
    logLikelihood,
  };
}

/** log E against "no worse than the control": the mean over the alternatives of their likelihood ratios. */
export function ratioLogE(evidence: RatioEvidence): number {
  const { logLikelihood } = evidence;
  const base = logLikelihood[same] as number;
  return mixLog(worse.map((index) => (logLikelihood[index] as number) - base));
}

/** The most likely rate ratio; 1 while nothing is known. */
export function ratioEstimate(evidence: RatioEvidence): number {
  const { logLikelihood: logs } = evidence;
  let best = same;
  logs.forEach((log, index) => {
    if (log > (logs[best] as number)) best = index;
  });
  const [left, middle, right] = [logs[best - 1], logs[best] as number, logs[best + 1]];
  if (left === undefined || right === undefined || left + right === 2 * middle) return ratioGrid[best] as number;
  return peak(best, left - middle, right - middle);
}

/** The top of the parabola through three points of the grid, over the logarithm of the ratio. */
function peak(best: number, left: number, right: number): number {
  const at = (index: number) => Math.log(ratioGrid[index] as number);
  const down = at(best - 1) - at(best);
  const up = at(best + 1) - at(best);
  const top = (left * up * up - right * down * down) / (2 * (left * up - right * down));
  return Math.exp(at(best) + Math.min(up, Math.max(down, Number.isFinite(top) ? top : 0)));
}

/**
 * Every ratio that the events do not rule out, at all looks together: those against which the even mixture over the
 * whole grid has not won 1 / alpha. Widened to the next points of the grid.
 */
export function ratioInterval(evidence: RatioEvidence, alpha: number): Interval {
  const { logLikelihood } = evidence;
  const mixture = logSumExp(logLikelihood) - Math.log(logLikelihood.length);
  const kept = logLikelihood.map((log) => mixture - log < Math.log(1 / alpha));
  const low = kept.indexOf(true) - 1;
  const high = kept.lastIndexOf(true) + 1;
  return { low: ratioGrid[low] ?? 0, high: ratioGrid[high] ?? null };
}
