import { setTimeout as wait } from 'node:timers/promises';
import { FettleError } from '@fettle/model';

export interface TimeLimit {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** What is waited for, in the message: a locator or an address, never a secret. */
  readonly what: string;
}

/**
 * Runs work that may hang, and stops waiting when the time is over or the caller calls it off.
 * @throws FettleError `signer-unavailable` then
 */
export async function within<T>(work: (signal: AbortSignal) => Promise<T>, limit: TimeLimit): Promise<T> {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(new Error(`no answer within ${limit.timeoutMs} ms`)), limit.timeoutMs);
  const signal = limit.signal ? AbortSignal.any([over.signal, limit.signal]) : over.signal;
  const called = Promise.withResolvers<never>();
  const stop = () => called.reject(calledOff(limit, signal.reason));
  signal.addEventListener('abort', stop, { once: true });
  try {
    if (signal.aborted) throw calledOff(limit, signal.reason);
    return await Promise.race([work(signal), called.promise]);
  } catch (error) {
    if (signal.aborted && !(error instanceof FettleError)) throw calledOff(limit, signal.reason);
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

export interface Retries {
  readonly signal: AbortSignal;
  readonly attempts?: number;
  readonly firstMs?: number;
  readonly capMs?: number;
  readonly random?: () => number;
}

/** Tries again, after a pause that doubles up to a cap, with full jitter, as long as the holder of the key is away. */
export async function retrying<T>(attempt: () => Promise<T>, retries: Retries): Promise<T> {
  const { signal, attempts = 6, firstMs = 50, capMs = 2_000, random = Math.random } = retries;
  for (let tried = 1; ; tried++) {
    try {
      return await attempt();
    } catch (error) {
      const away = error instanceof FettleError && error.code === 'signer-unavailable';
      if (!away || tried >= attempts || signal.aborted) throw error;
      await wait(random() * Math.min(capMs, firstMs * 2 ** (tried - 1)), undefined, { signal });
    }
  }
}

function calledOff({ what, timeoutMs }: TimeLimit, cause: unknown): FettleError {
  const message = `Expected an answer of ${what}, found none: the call ended after its time limit (${timeoutMs} ms) or was called off. Try again.`;
  return new FettleError('signer-unavailable', message, { cause });
}
