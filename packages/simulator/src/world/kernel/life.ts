import { nothing, type Timeline } from './timeline.ts';

/**
 * One life of a process or device, from power on to power off. What it waits for never comes once it has ended, so
 * that nothing of it goes on: neither its timers nor the answers to what it asked.
 */
export class Life {
  readonly #timeline: Timeline;
  #ended = false;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  get ended(): boolean {
    return this.#ended;
  }

  end(): void {
    this.#ended = true;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#timeline.after(ms, () => {
        if (this.#ended) return nothing;
        resolve();
        return undefined;
      });
    });
  }

  /** The outcome of something outside, as far as this life lives to see it. */
  hear<T>(told: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      told.then(
        (value) => {
          if (!this.#ended) resolve(value);
        },
        (error: unknown) => {
          if (!this.#ended) reject(error);
        },
      );
    });
  }
}
