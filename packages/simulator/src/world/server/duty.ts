import type { Timeline } from '../kernel/timeline.ts';
import type { Lease, WorldStore } from './world-store.ts';

/** The duty that moves rollouts on. */
export const rolloutDuty = 'rollouts';

/**
 * Who moves rollouts on: one process at a time, as far as anybody knows. One that is cut off from the database goes on
 * believing that it leads; its term tells the database that it does not.
 */
export class Duty {
  readonly #timeline: Timeline;
  readonly #store: WorldStore;
  readonly #leaseMs: number;
  #holder: string | undefined;
  #renewedAt = Number.NEGATIVE_INFINITY;

  constructor(timeline: Timeline, store: WorldStore, leaseMs: number) {
    this.#timeline = timeline;
    this.#store = store;
    this.#leaseMs = leaseMs;
  }

  /**
   * Renews the lease of the one who has it, or gives it away when nobody has renewed it for long.
   * @param name of the process in this one of its lives
   * @returns the new lease, or undefined when nothing changed hands
   */
  async ask(name: string): Promise<Lease | undefined> {
    if (this.#holder === name) {
      this.#renewedAt = this.#timeline.now;
      return undefined;
    }
    if (this.#timeline.now - this.#renewedAt < this.#leaseMs) return undefined;
    this.#holder = name;
    this.#renewedAt = this.#timeline.now;
    return new Promise((resolve) => {
      this.#timeline.after(0, async () => resolve(await this.#begin()));
    });
  }

  #begin(): Promise<Lease> {
    return new Promise((resolve) => {
      const lease: Lease = this.#store.lead(rolloutDuty, () => resolve(lease));
    });
  }
}
