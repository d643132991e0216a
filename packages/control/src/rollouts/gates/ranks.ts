import { alternatives, type Interval, mixLog } from './mixture.ts';

/**
 * What the values of devices that run the release say beside values of devices that do not. Each treated value is
 * ranked among a few control values that nobody was ranked among before, taken at about the same time: under
 * "no difference" every rank is equally likely, whatever the values and however they drift.
 */
export interface RankEvidence {
  /** Treated values that had control values to be ranked among. */
  readonly blocks: number;
  /** Log-likelihood ratios in the order of `alternatives`. */
  readonly logs: readonly number[];
  /** Sum over the blocks of the share of controls that were better than the treated value; ties count half. */
  readonly worseSum: number;
  /** Capital of bets against each mean of that share, as logarithms: what the interval is read from. */
  readonly capital: readonly number[];
}

/** Means of the share against which is bet: 0.05 to 0.95. */
const means = Array.from({ length: 19 }, (_, i) => (i + 1) / 20);
/** Parts of what may be bet at most, upwards and downwards. */
const stakes = [0.15, 0.5, -0.15, -0.5] as const;

export const noRankEvidence: RankEvidence = {
  blocks: 0,
  logs: alternatives.map(() => 0),
  worseSum: 0,
  capital: means.flatMap(() => stakes.map(() => 0)),
};

/**
 * Takes one treated value.
 * @param value higher is worse
 * @param controls values of other devices, none of which was used before; at least one
 * @param coin from 0 to 1, drawn without looking at the values: breaks ties
 * @source decision 0015 §5; Lehmann (1953), The power of rank tests
 */
export function addRank(
  evidence: RankEvidence,
  value: number,
  controls: readonly number[],
  coin: number,
): RankEvidence {
  let above = 0;
  let equal = 0;
  for (const control of controls) {
    if (control > value) above++;
    else if (control === value) equal++;
  }
  // Among equal ones every place is equally likely.
  const place = above + Math.min(equal, Math.floor(coin * (equal + 1)));
  const share = 1 - (above + equal / 2) / controls.length;
  return {
    blocks: evidence.blocks + 1,
    logs: evidence.logs.map((log, i) => log + logRatio(place, controls.length, 1 / (alternatives[i] as number))),
    worseSum: evidence.worseSum + share,
    capital: evidence.capital.map((log, i) => {
      const mean = means[Math.floor(i / stakes.length)] as number;
      const stake = stakes[i % stakes.length] as number;
      const bet = stake > 0 ? stake / mean : stake / (1 - mean);
      return log + Math.log(1 + bet * (share - mean));
    }),
  };
}

/**
 * How much likelier it is that exactly `above` of `count` controls lie above the treated value when its survival
 * function is the control's to the power `power`, than when they are the same.
 */
function logRatio(above: number, count: number, power: number): number {
  let log = Math.log(count + 1) + Math.log(power);
  for (let i = above + 1; i <= count; i++) log += Math.log(i);
  for (let i = above; i <= count; i++) log -= Math.log(i + power);
  return log;
}

/** log E against "values of devices that run the release are no worse". */
export function ranksLogE(evidence: RankEvidence): number {
  return mixLog(evidence.logs);
}

/** In how many comparisons of a treated with a control value the treated one was worse; 0.5 for no difference. */
export function worseShare(evidence: RankEvidence): number {
  return evidence.blocks === 0 ? 0.5 : evidence.worseSum / evidence.blocks;
}

/** That share as far as it is known, right at all looks together with probability 1 - alpha. */
export function worseShareInterval(evidence: RankEvidence, alpha: number): Interval {
  const kept = means.map((_, index) => {
    let capital = 0;
    for (let i = 0; i < stakes.length; i++) {
      capital += Math.exp(evidence.capital[index * stakes.length + i] as number) / stakes.length;
    }
    return capital < 1 / alpha;
  });
  // Beyond the outermost means nothing is kept.
  if (!kept.includes(true)) return worseShare(evidence) > 0.5 ? { low: 0.95, high: 1 } : { low: 0, high: 0.05 };
  const low = kept.indexOf(true) - 1;
  const high = kept.lastIndexOf(true) + 1;
  return { low: low < 0 ? 0 : (means[low] as number), high: means[high] ?? 1 };
}
