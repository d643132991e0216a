import type { Instant } from '@fettle/model';

interface Entry {
  readonly at: Instant;
  /** Which of two at the same instant was asked for first. */
  readonly order: number;
  readonly run: () => unknown;
}

/** What an entry returns that set nothing off: the next may begin at once. */
export const nothing = Symbol('nothing');

/**
 * Virtual time: a queue of what happens when. Nothing sleeps: the clock jumps from one entry to the next, and the next
 * begins only when everything that the one before set off has come to rest. So the order is a function of the entries
 * alone, whatever the machine does.
 */
export class Timeline {
  #now: Instant;
  #order = 0;
  #events = 0;
  readonly #heap: Entry[] = [];

  constructor(start: Instant) {
    this.#now = start;
  }

  get now(): Instant {
    return this.#now;
  }

  /** How many entries have run. */
  get events(): number {
    return this.#events;
  }

  /** Runs something at an instant, at once if that is past. While a promise that it returns is open, time stands still. */
  at(instant: Instant, run: () => unknown): void {
    this.#push({ at: Math.max(this.#now, Math.round(instant)), order: this.#order++, run });
  }

  after(ms: number, run: () => unknown): void {
    this.at(this.#now + ms, run);
  }

  /** Lets time pass until an instant; entries that lie behind it stay. */
  async run(until: Instant): Promise<void> {
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || next.at > until) break;
      this.#pop();
      this.#now = next.at;
      this.#events++;
      const running = next.run();
      if (running === nothing) continue;
      if (running instanceof Promise) await running;
      await rest();
    }
    this.#now = Math.max(this.#now, until);
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let place = heap.length;
    heap.push(entry);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = heap[parent] as Entry;
      if (isBefore(above, entry)) break;
      heap[place] = above;
      place = parent;
    }
    heap[place] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop() as Entry;
    if (heap.length === 0) return;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      const left = heap[child];
      if (left === undefined) break;
      const right = heap[child + 1];
      if (right !== undefined && isBefore(right, left)) child++;
      const below = heap[child] as Entry;
      if (isBefore(last, below)) break;
      heap[place] = below;
      place = child;
    }
    heap[place] = last;
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/** Resolves when every promise that could go on has gone on. */
function rest(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
