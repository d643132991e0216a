const none = Number.POSITIVE_INFINITY;

/**
 * What comes first by time, of very much: the times lie side by side in memory, so that hardly ever an item has to be
 * looked at to compare two. Cost of putting in and taking out: logarithmic.
 */
export class TimeHeap<T> {
  #times = new Float64Array(64);
  readonly #items: T[] = [];
  readonly #isBefore: (a: T, b: T) => boolean;

  /** @param isBefore which of two items of the same time comes first */
  constructor(isBefore: (a: T, b: T) => boolean) {
    this.#isBefore = isBefore;
  }

  /** The time of the first; infinite when there is none. */
  get firstAt(): number {
    return this.#items.length === 0 ? none : (this.#times[0] as number);
  }

  get first(): T | undefined {
    return this.#items[0];
  }

  add(at: number, item: T): void {
    const items = this.#items;
    let place = items.length;
    items.push(item);
    if (place === this.#times.length) this.#grow();
    const times = this.#times;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = times[parent] as number;
      if (above < at || (above === at && !this.#isBefore(item, items[parent] as T))) break;
      times[place] = above;
      items[place] = items[parent] as T;
      place = parent;
    }
    times[place] = at;
    items[place] = item;
  }

  take(): T | undefined {
    const items = this.#items;
    const first = items[0];
    const item = items.pop();
    if (item === undefined || items.length === 0) return first;
    const times = this.#times;
    const at = times[items.length] as number;
    const { length } = items;
    let place = 0;
    for (let left = 1; left < length; left = 2 * place + 1) {
      const child = left + 1 < length && this.#precedes(left + 1, left) ? left + 1 : left;
      const below = times[child] as number;
      if (at < below || (at === below && !this.#isBefore(items[child] as T, item))) break;
      times[place] = below;
      items[place] = items[child] as T;
      place = child;
    }
    times[place] = at;
    items[place] = item;
    return first;
  }

  #precedes(a: number, b: number): boolean {
    const times = this.#times;
    const [one, other] = [times[a] as number, times[b] as number];
    return one < other || (one === other && this.#isBefore(this.#items[a] as T, this.#items[b] as T));
  }

  #grow(): void {
    const larger = new Float64Array(this.#times.length * 2);
    larger.set(this.#times);
    this.#times = larger;
  }
}
