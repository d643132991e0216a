import type { Instant } from '@fettle/model';

/** Who was seen when, in order of time: numbers side by side, as there are millions of them. */
export class Sightings {
  #times: Float64Array;
  #devices: Uint32Array;
  count = 0;

  constructor(expected = 0) {
    const room = Math.max(1_024, expected);
    this.#times = new Float64Array(room);
    this.#devices = new Uint32Array(room);
  }

  /** Takes one that is no earlier than the one before. */
  add(at: Instant, device: number): void {
    if (this.count === this.#times.length) this.#grow();
    this.#times[this.count] = at;
    this.#devices[this.count++] = device;
  }

  at(index: number): readonly [at: Instant, device: number] {
    return [this.#times[index] as number, this.#devices[index] as number];
  }

  /** The index of the first that is not before a moment; `count` when there is none. */
  firstFrom(at: Instant): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#times[middle] as number) < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #grow(): void {
    const [times, devices] = [this.#times, this.#devices];
    this.#times = new Float64Array(times.length * 2);
    this.#devices = new Uint32Array(times.length * 2);
    this.#times.set(times);
    this.#devices.set(devices);
  }
}
