import { parentPort } from 'node:worker_threads';
import { FettleError } from '@fettle/model';
import type { ThreadAnswer, ThreadRequest } from './messages.ts';

/**
 * The far side of an `OrderThread`: carries out what is asked, several orders taking turns, until the thread is let go.
 * @param failure what is said, before the cause, of an order that failed in a way that has no code
 */
export function answerOrders<Order>(carryOut: (order: Order) => Promise<unknown>, failure: string): void {
  parentPort?.on('message', (request: ThreadRequest<Order>) => {
    void answer(request).then((message) => parentPort?.postMessage(message));
  });

  async function answer({ id, order }: ThreadRequest<Order>): Promise<ThreadAnswer> {
    try {
      return { id, value: await carryOut(order) };
    } catch (error) {
      if (error instanceof FettleError) return { id, code: error.code, message: error.message, details: error.details };
      return { id, code: 'internal', message: `${failure}: ${String(error)}`, details: {} };
    }
  }
}
