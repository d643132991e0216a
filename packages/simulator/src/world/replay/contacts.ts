/** Times in a recording are milliseconds since its beginning. */
export type Offset = number;
/** Moments at equal distances: the first, the distance, how many. */
export type ContactRun = readonly [first: Offset, stepMs: number, count: number];

/** Never. */
export const never = Number.POSITIVE_INFINITY;

/**
 * Moments in ascending order, kept as runs of equal distances: a device that keeps its slot for a week is one run.
 * Cost of a look-up: logarithmic in runs.
 */
export class Contacts {
  /** First, step and count of each run. */
  readonly #runs: Float64Array;

  constructor(runs: readonly ContactRun[]) {
    this.#runs = Float64Array.from(runs.flat());
  }

  /** Packs moments that are in order. */
  static of(moments: Iterable<Offset>): Contacts {
    return new Contacts([...packMoments(moments)]);
  }

  get runs(): ContactRun[] {
    const runs: ContactRun[] = [];
    for (let i = 0; i < this.#runs.length; i += 3) {
      runs.push([this.#runs[i] ?? 0, this.#runs[i + 1] ?? 0, this.#runs[i + 2] ?? 0]);
    }
    return runs;
  }

  get count(): number {
    return this.runs.reduce((sum, [, , count]) => sum + count, 0);
  }

  /** The first moment that is not before one, or `never`. */
  next(from: Offset): Offset {
    const runs = this.#runs;
    // The first run that does not end before.
    let low = 0;
    let high = runs.length / 3;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#endOf(middle) < from) low = middle + 1;
      else high = middle;
    }
    if (low * 3 >= runs.length) return never;
    const first = runs[low * 3] ?? 0;
    const step = runs[low * 3 + 1] ?? 0;
    return first >= from ? first : first + Math.ceil((from - first) / step) * step;
  }

  /** The last moment that is not after one, or -1. */
  last(until: Offset): Offset {
    const runs = this.#runs;
    let low = 0;
    let high = runs.length / 3;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((runs[middle * 3] ?? 0) <= until) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return -1;
    const first = runs[(low - 1) * 3] ?? 0;
    const step = runs[(low - 1) * 3 + 1] ?? 0;
    const end = this.#endOf(low - 1);
    return until >= end ? end : first + Math.floor((until - first) / step) * step;
  }

  /** Ends of stretches of more than `ms` without a moment, the last of all included: [last before it, first after it]. */
  *gaps(ms: number): Generator<readonly [Offset, Offset]> {
    const count = this.#runs.length / 3;
    for (let run = 0; run < count; run++) {
      const [first = 0, step = 0, moments = 0] = this.#runs.subarray(run * 3, run * 3 + 3);
      if (step > ms) for (let i = 0; i < moments - 1; i++) yield [first + i * step, first + (i + 1) * step];
      const end = this.#endOf(run);
      const next = run + 1 < count ? (this.#runs[(run + 1) * 3] ?? 0) : never;
      if (next - end > ms) yield [end, next];
    }
  }

  #endOf(run: number): Offset {
    const runs = this.#runs;
    return (runs[run * 3] ?? 0) + (runs[run * 3 + 1] ?? 0) * ((runs[run * 3 + 2] ?? 0) - 1);
  }
}

/** Runs of moments that are in order. */
export function* packMoments(moments: Iterable<Offset>): Generator<ContactRun> {
  let first = -1;
  let step = 0;
  let last = -1;
  let count = 0;
  for (const moment of moments) {
    if (count === 1) step = moment - last;
    else if (count === 0 || moment - last !== step) {
      if (count > 0) yield [first, step, count];
      first = moment;
      step = 0;
      count = 0;
    }
    last = moment;
    count++;
  }
  if (count > 0) yield [first, step, count];
}
