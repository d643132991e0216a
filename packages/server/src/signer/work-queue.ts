import { FettleError } from '@fettle/model';

export interface WorkQueueOptions<W, R> {
  /** Works of one lane never run together: one may have to name what the other makes. */
  readonly laneOf: (work: W) => string;
  /** Does several works at once; an answer for each. */
  readonly run: (works: readonly W[]) => Promise<readonly (R | FettleError)[]>;
}

interface Waiting<W, R> {
  readonly work: W;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

const mostWaiting = 10_000;
const mostTogether = 256;

/** Works that wait their turn, in bounded number, and are then done many at a time. */
export class WorkQueue<W, R> {
  readonly #options: WorkQueueOptions<W, R>;
  #waiting: Waiting<W, R>[] = [];
  #running: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: WorkQueueOptions<W, R>) {
    this.#options = options;
  }

  /** @throws FettleError `overloaded` when too many wait already */
  add(work: W): Promise<R> {
    if (this.#isClosed) return Promise.reject(new FettleError('overloaded', 'The signer is stopping; ask again.'));
    if (this.#waiting.length >= mostWaiting) {
      return Promise.reject(
        new FettleError('overloaded', `${mostWaiting} requests wait for the signer; ask again later.`),
      );
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ work, resolve, reject });
      this.#running ??= this.#runAll();
    });
  }

  /** Finishes what was taken in and takes nothing more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#running;
  }

  async #runAll(): Promise<void> {
    // Whoever else asks in this turn of the event loop comes along.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const taken = this.#take();
      try {
        const results = await this.#options.run(taken.map(({ work }) => work));
        for (const [at, { resolve, reject }] of taken.entries()) {
          const result = results[at];
          if (result === undefined || result instanceof FettleError)
            reject(result ?? new FettleError('internal', 'No answer.'));
          else resolve(result);
        }
      } catch (error) {
        for (const { reject } of taken) reject(error);
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#running = undefined;
  }

  #take(): readonly Waiting<W, R>[] {
    const lanes = new Set<string>();
    const taken: Waiting<W, R>[] = [];
    const left: Waiting<W, R>[] = [];
    for (const waiting of this.#waiting) {
      const lane = this.#options.laneOf(waiting.work);
      const isFree = taken.length < mostTogether && !lanes.has(lane);
      // Also where nothing more is taken: a later work of the lane must not overtake.
      lanes.add(lane);
      (isFree ? taken : left).push(waiting);
    }
    this.#waiting = left;
    return taken;
  }
}
