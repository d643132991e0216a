import type { Brain } from '@fettle/control';
import { FettleError } from '@fettle/model';
import type { FastifyInstance } from 'fastify';
import type { Metrics } from './metrics.ts';

export interface HealthOptions {
  readonly brain: Brain;
  readonly metrics: Metrics;
  readonly isStopping: () => boolean;
  /** Checks the credential of a scrape; absent when anybody may. */
  readonly metricsGuard: ((header: string | undefined) => Promise<unknown>) | undefined;
}

const storeAnswerMs = 2_000;

/** `/healthz`: the process lives. `/readyz`: it can serve. `/metrics`: Prometheus. */
export function serveHealth(app: FastifyInstance, { brain, metrics, isStopping, metricsGuard }: HealthOptions): void {
  app.get('/healthz', async () => ({ status: 'alive' }));
  app.get('/readyz', async () => {
    if (isStopping()) throw new FettleError('overloaded', 'The server is stopping.');
    await within(brain.store.tenants(), storeAnswerMs);
    return { status: 'ready' };
  });
  app.get('/metrics', async (request, reply) => {
    await metricsGuard?.(request.headers.authorization);
    reply.type(metrics.contentType);
    return metrics.text();
  });
}

async function within<T>(work: Promise<T>, limitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const slow = new FettleError('overloaded', `The store did not answer within ${limitMs / 1_000} s.`);
    timer = setTimeout(() => reject(slow), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
