import type { ImageInspector, InspectionOrder } from '@fettle/control';
import type { Inspection } from '@fettle/images';
import { FettleError } from '@fettle/model';
import { OrderThread, programBeside } from '../threads/order-thread.ts';

/** Orders that may wait while one is under way. */
const mostWaiting = 64;
/** The largest images that boot loaders know have 4 GiB, which a slow disk reads in that time. */
const mostInspectionMs = 300_000;
const tooMany = 'Too many images wait to be looked into; try again later.';

/** One thread that looks into artifacts on disk, one after the other. */
export class InspectWorker implements ImageInspector {
  readonly #thread: OrderThread<InspectionOrder>;
  readonly #timeMs: number;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** @param folder the folder of the artifacts */
  constructor(folder: string, { timeMs = mostInspectionMs }: { readonly timeMs?: number } = {}) {
    this.#timeMs = timeMs;
    this.#thread = new OrderThread({
      entry: programBeside(import.meta.url, 'inspect-thread'),
      data: { folder },
      // Twice what one inspection may hold, and the program.
      mostMemoryMb: 192,
      mostWaiting: 1,
      tooMany,
      stopped: 'The server stops; publish again later.',
      // An image that ends the thread is refused; the next one gets another thread.
      lost: {
        code: 'image-refused',
        message: 'The thread that looks into images ended over this one; it takes more than any image may.',
      },
    });
  }

  async inspect(order: InspectionOrder): Promise<Inspection> {
    if (this.#waiting > mostWaiting) throw new FettleError('overloaded', tooMany);
    this.#waiting++;
    const turn = this.#last.then(() => this.#inspectNow(order)).finally(() => this.#waiting--);
    this.#last = turn.catch(() => undefined);
    return await turn;
  }

  close(): Promise<void> {
    return this.#thread.close();
  }

  async #inspectNow(order: InspectionOrder): Promise<Inspection> {
    let ended: Promise<void> | undefined;
    const timer = setTimeout(() => {
      const message = `An image was not looked into within ${this.#timeMs} ms.`;
      ended = this.#thread.giveUp(new FettleError('image-refused', message));
    }, this.#timeMs);
    try {
      return (await this.#thread.ask(order)) as Inspection;
    } finally {
      clearTimeout(timer);
      await ended;
    }
  }
}
