/**
 * How many times worse a release may be: the alternatives over which every test mixes, so that none has to be chosen
 * beforehand. What is many times worse shows soon anyway: those weigh less.
 * @source decision 0015 §2
 */
export const alternatives = [1.5, 2, 3, 4, 6, 10, 20, 50] as const;
const weights = [0.12, 0.16, 0.16, 0.17, 0.14, 0.14, 0.07, 0.04] as const;
const logWeights = weights.map(Math.log);

/**
 * log of the mean likelihood ratio over the alternatives.
 * @param logs log-likelihood ratios in the order of `alternatives`
 */
export function mixLog(logs: ArrayLike<number>): number {
  return logSumExp(logWeights.map((weight, i) => weight + (logs[i] as number)));
}

/** log of the sum of exp(values): no overflow, whatever their size. */
export function logSumExp(values: readonly number[]): number {
  let highest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) highest = Math.max(highest, values[i] as number);
  if (highest === Number.NEGATIVE_INFINITY) return highest;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.exp((values[i] as number) - highest);
  return highest + Math.log(sum);
}

/** The e-value of a logarithm, kept finite so that it can be stored and shown. */
export function eValue(log: number): number {
  return Math.exp(Math.min(log, 700));
}

/** An interval that may be looked at as often as one likes: it covers the truth at all looks together. */
export interface Interval {
  readonly low: number;
  /** Null: no limit is known. */
  readonly high: number | null;
}
