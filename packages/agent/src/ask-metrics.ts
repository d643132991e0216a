import { limits } from '@fettle/model';
import type { Ports } from './kit.ts';

/** Measures what the server has asked for. */
export interface MetricsAsker {
  /** @returns undefined when there is nothing to tell; what goes wrong is logged, never told as a number */
  ask(wanted: readonly string[]): Promise<Readonly<Record<string, number>> | undefined>;
}

export function createMetricsAsker({ config, runner, signal, log }: Ports): MetricsAsker {
  return {
    async ask(wanted) {
      const { command, timeoutSeconds } = config.metrics;
      if (command === null || wanted.length === 0) return undefined;
      const result = await runner
        .run({ command, timeoutMs: timeoutSeconds * 1_000, signal })
        .catch((error: Error) => ({ ended: 'not-started' as const, message: error.message }));
      const read = result.ended === 'ok' ? readMetrics(result.stdout ?? '', wanted) : result.message;
      if (typeof read !== 'string') return Object.keys(read).length > 0 ? read : undefined;
      log.warn('metrics', { problem: read });
      return undefined;
    },
  };
}

/** Those of the printed numbers that are wanted, or what is wrong with the print. Never throws. */
export function readMetrics(text: string, wanted: readonly string[]): Readonly<Record<string, number>> | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'the metrics program printed no JSON';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return 'the metrics program printed no JSON object';
  }
  const printed = new Map(Object.entries(value));
  const numbers = wanted.slice(0, limits.metricsPerCheckIn).flatMap((name) => {
    const number = printed.get(name);
    return typeof number === 'number' ? [[name, number] as const] : [];
  });
  return Object.fromEntries(numbers);
}
