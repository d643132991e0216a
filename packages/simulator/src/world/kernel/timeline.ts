import type { Instant } from '@fettle/model';
import { Heap } from './heap.ts';

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
  readonly #entries = new Heap<Entry>((a, b) => a.at < b.at || (a.at === b.at && a.order < b.order));

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
    this.#entries.add({ at: Math.max(this.#now, Math.round(instant)), order: this.#order++, run });
  }

  after(ms: number, run: () => unknown): void {
    this.at(this.#now + ms, run);
  }

  /** Lets time pass until an instant; entries that lie behind it stay. */
  async run(until: Instant): Promise<void> {
    await rest();
    for (;;) {
      const next = this.#entries.first;
      if (next === undefined || next.at > until) break;
      this.#entries.take();
      this.#now = next.at;
      this.#events++;
      const running = next.run();
      if (running === nothing) continue;
      if (running instanceof Promise) await running;
      await rest();
    }
    this.#now = Math.max(this.#now, until);
  }
}

/** Resolves when every promise that could go on has gone on. */
function rest(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
