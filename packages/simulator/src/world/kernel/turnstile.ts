import type { Timeline } from './timeline.ts';

/** Lets what happens at a server happen at moments of its own, one a millisecond: so that time alone tells the order. */
export class Turnstile {
  readonly #timeline: Timeline;
  #last = Number.NEGATIVE_INFINITY;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  /** Runs something now, or in the first free millisecond. */
  pass(run: () => unknown): void {
    this.#last = Math.max(this.#last + 1, this.#timeline.now);
    if (this.#last === this.#timeline.now) run();
    else this.#timeline.at(this.#last, run);
  }
}
