import { OrderThread, programBeside } from '../../threads/order-thread.ts';
import type { ScanOrder } from './orders.ts';

/** One thread for the long reads of a database file. */
export class ScanWorker {
  readonly #thread: OrderThread<ScanOrder>;

  constructor(file: string) {
    this.#thread = new OrderThread({
      entry: programBeside(import.meta.url, 'scan-thread'),
      data: { file },
      mostMemoryMb: 512,
      mostWaiting: 64,
      tooMany: 'Too many searches are under way; try again later.',
      stopped: 'The store is closed: the server stops.',
      lost: { code: 'internal', message: 'The thread for long reads ended; ask again.' },
    });
  }

  run(order: ScanOrder): Promise<unknown> {
    return this.#thread.ask(order);
  }

  close(): Promise<void> {
    return this.#thread.close();
  }
}
