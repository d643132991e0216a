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
    return nextOf(this.#runs, { from: 0, to: this.#runs.length / 3 }, from);
  }

  /** The last moment that is not after one, or -1. */
  last(until: Offset): Offset {
    return lastOf(this.#runs, { from: 0, to: this.#runs.length / 3 }, until);
  }

  /** Ends of stretches of more than `ms` without a moment, the last of all included: [last before it, first after it]. */
  *gaps(ms: number): Generator<readonly [Offset, Offset]> {
    const count = this.#runs.length / 3;
    for (let run = 0; run < count; run++) {
      const [first = 0, step = 0, moments = 0] = this.#runs.subarray(run * 3, run * 3 + 3);
      if (step > ms) for (let i = 0; i < moments - 1; i++) yield [first + i * step, first + (i + 1) * step];
      const end = endOf(this.#runs, run);
      const next = run + 1 < count ? (this.#runs[(run + 1) * 3] ?? 0) : never;
      if (next - end > ms) yield [end, next];
    }
  }
}

/**
 * Moments of many devices, each found by its number. What a replay asks for millions of times lies side by side in
 * memory.
 */
export class ContactTable {
  readonly #runs: Float64Array;
  /** Where the runs of each device begin; one more, where the last ones end. */
  readonly #starts: Uint32Array;

  constructor(devices: readonly Contacts[]) {
    const runs = devices.map((contacts) => contacts.runs);
    this.#runs = new Float64Array(3 * runs.reduce((sum, { length }) => sum + length, 0));
    this.#starts = new Uint32Array(devices.length + 1);
    let count = 0;
    runs.forEach((own, device) => {
      for (const run of own) this.#runs.set(run, 3 * count++);
      this.#starts[device + 1] = count;
    });
  }

  /** The first moment of a device that is not before one, or `never`. */
  next(device: number, from: Offset): Offset {
    return nextOf(this.#runs, this.#rangeOf(device), from);
  }

  /** The last moment of a device that is not after one, or -1. */
  last(device: number, until: Offset): Offset {
    return lastOf(this.#runs, this.#rangeOf(device), until);
  }

  #rangeOf(device: number): Range {
    return { from: this.#starts[device] as number, to: this.#starts[device + 1] as number };
  }
}

/** Runs from one up to but not including another. */
interface Range {
  readonly from: number;
  readonly to: number;
}

function nextOf(runs: Float64Array, { from: low, to }: Range, from: Offset): Offset {
  let first = low;
  // The first run that does not end before.
  for (let high = to; first < high; ) {
    const middle = (first + high) >> 1;
    if (endOf(runs, middle) < from) first = middle + 1;
    else high = middle;
  }
  if (first >= to) return never;
  const begin = runs[first * 3] as number;
  const step = runs[first * 3 + 1] as number;
  return begin >= from ? begin : begin + Math.ceil((from - begin) / step) * step;
}

function lastOf(runs: Float64Array, { from, to }: Range, until: Offset): Offset {
  let after = from;
  // The first run that begins later.
  for (let high = to; after < high; ) {
    const middle = (after + high) >> 1;
    if ((runs[middle * 3] as number) <= until) after = middle + 1;
    else high = middle;
  }
  if (after === from) return -1;
  const begin = runs[(after - 1) * 3] as number;
  const step = runs[(after - 1) * 3 + 1] as number;
  const end = endOf(runs, after - 1);
  return until >= end ? end : begin + Math.floor((until - begin) / step) * step;
}

function endOf(runs: Float64Array, run: number): Offset {
  return (runs[run * 3] as number) + (runs[run * 3 + 1] as number) * ((runs[run * 3 + 2] as number) - 1);
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
