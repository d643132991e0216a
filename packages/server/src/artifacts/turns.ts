import { FettleError } from '@fettle/model';

/** One piece of work on an upload. */
export interface Turn {
  /** Aborted when somebody newer wants the upload: work that may stop stops. */
  readonly taken: AbortSignal;
  /** Bytes that are safe on the disk while the work runs; undefined as long as it has not looked. */
  durableBytes: number | undefined;
}

/** Lets one piece of work at a time touch an upload; the newest asks the one before to stop, then waits for it. */
export class Turns {
  readonly #last = new Map<
    string,
    { readonly turn: Turn; readonly controller: AbortController; readonly done: Promise<void> }
  >();

  async take<T>(name: string, work: (turn: Turn) => Promise<T>): Promise<T> {
    const before = this.#last.get(name);
    const controller = new AbortController();
    const { promise: done, resolve } = Promise.withResolvers<void>();
    const turn: Turn = { taken: controller.signal, durableBytes: before?.turn.durableBytes };
    const mine = { turn, controller, done };
    this.#last.set(name, mine);
    try {
      before?.controller.abort(takenOver());
      await before?.done;
      turn.durableBytes = undefined;
      return await work(turn);
    } finally {
      if (this.#last.get(name) === mine) this.#last.delete(name);
      resolve();
    }
  }

  /** Durable bytes of the work that runs, if any. */
  durableBytes(name: string): number | undefined {
    return this.#last.get(name)?.turn.durableBytes;
  }
}

function takenOver(): FettleError {
  return new FettleError('wrong-state', 'A newer request has taken this upload over: ask for its state, then go on.');
}
