/** Natural logarithms of 0! to n!. */
export type LogFactorials = Float64Array;

export function logFactorials(n: number): LogFactorials {
  const table = new Float64Array(n + 1);
  for (let i = 2; i <= n; i++) table[i] = (table[i - 1] as number) + Math.log(i);
  return table;
}

/** Devices and failures, in all and inside a segment. */
export interface Split {
  readonly devices: number;
  readonly failures: number;
  readonly inside: number;
  readonly insideFailures: number;
}

/**
 * How likely so many failures or more fall inside when the same devices fail whatever their traits: the upper tail of
 * the hypergeometric distribution (one-sided exact test of Fisher). As failures and devices are both given, it holds
 * whenever the looking began, also when a gate chose the moment.
 * @returns the natural logarithm of the probability; 0 when no more failed inside than outside
 * @source decision 0016
 */
export function logTail(table: LogFactorials, split: Split): number {
  const { devices, failures, inside, insideFailures } = split;
  if (insideFailures * devices <= failures * inside) return 0;
  const most = Math.min(inside, failures);
  let term = 1;
  let sum = 1;
  for (let x = insideFailures; x < most; x++) {
    term *= ((inside - x) * (failures - x)) / ((x + 1) * (devices - inside - failures + x + 1));
    sum += term;
    if (term < sum * 1e-12) break;
  }
  const first =
    logChoose(table, failures, insideFailures) +
    logChoose(table, devices - failures, inside - insideFailures) -
    logChoose(table, devices, inside);
  return Math.min(0, first + Math.log(sum));
}

/** The smallest value that `logTail` could have for a segment of this many devices: all of them failed. */
export function logLeastTail(table: LogFactorials, size: Pick<Split, 'devices' | 'failures' | 'inside'>): number {
  const { devices, failures, inside } = size;
  if (inside > failures) return logChoose(table, inside, failures) - logChoose(table, devices, failures);
  return logChoose(table, failures, inside) - logChoose(table, devices, inside);
}

function logChoose(table: LogFactorials, n: number, k: number): number {
  return (table[n] as number) - (table[k] as number) - (table[n - k] as number);
}

/**
 * How much better two failure rates, inside and outside, describe what happened than one does: a logarithm of the
 * likelihood ratio, 0 or more; 0 when no more failed inside than outside.
 */
export function logLikelihoodRatio(split: Split): number {
  const { devices, failures, inside, insideFailures } = split;
  if (insideFailures * devices <= failures * inside) return 0;
  const two = logLikelihood(insideFailures, inside) + logLikelihood(failures - insideFailures, devices - inside);
  return two - logLikelihood(failures, devices);
}

function logLikelihood(failures: number, devices: number): number {
  return entropyTerm(failures, devices) + entropyTerm(devices - failures, devices);
}

function entropyTerm(part: number, whole: number): number {
  return part === 0 ? 0 : part * Math.log(part / whole);
}

/**
 * The exact (Clopper-Pearson) interval of a failure rate.
 * @param risk chance that the rate lies outside, half of it on each side
 * @returns lower and upper end, 0 to 1
 */
export function rateInterval(table: LogFactorials, failures: number, devices: number, risk: number): [number, number] {
  const half = Math.log(risk / 2);
  const low = failures === 0 ? 0 : bisect((rate) => logAtLeast(table, failures, devices, rate) < half);
  const high =
    failures === devices ? 1 : bisect((rate) => logAtLeast(table, devices - failures, devices, 1 - rate) >= half);
  return [low, high];
}

/** The rate, 0 to 1, at which a condition that holds below it ends. */
function bisect(holds: (rate: number) => boolean): number {
  let low = 0;
  let high = 1;
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The logarithm of the chance of `successes` or more out of `n`, summed from the largest term on either side. */
function logAtLeast(table: LogFactorials, successes: number, n: number, rate: number): number {
  if (rate <= 0) return Number.NEGATIVE_INFINITY;
  if (rate >= 1) return 0;
  const logTerm = (x: number) => logChoose(table, n, x) + x * Math.log(rate) + (n - x) * Math.log1p(-rate);
  const peak = logTerm(Math.max(successes, Math.min(n, Math.floor(rate * n))));
  let sum = 0;
  for (let x = successes; x <= n; x++) sum += Math.exp(logTerm(x) - peak);
  return Math.min(0, peak + Math.log(sum));
}

/**
 * The logarithm of the chance of `successes` or more out of `n` when each comes with chance `rate`.
 * @param rate above 0, below 1 or 1
 */
export function logBinomialTail(successes: number, n: number, rate: number): number {
  return logAtLeast(logFactorials(n), successes, n, rate);
}
