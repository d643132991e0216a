import type { ErrorClass, RolloutPlan } from '@fettle/model';

const longestMs = 24 * 3_600_000;

/**
 * How long a device waits before it tries again, counted from the end of the attempt that failed.
 * @param attempt the attempt that failed, 1 for the first
 * @param errorClass `permanent` errors never heal by trying again
 * @returns milliseconds, twice as many each time and at most a day; null when it must not try again
 */
export function backoff(
  attempt: number,
  errorClass: ErrorClass,
  plan: Pick<RolloutPlan, 'retryBackoffMs'>,
): number | null {
  if (errorClass === 'permanent') return null;
  return Math.min(longestMs, plan.retryBackoffMs * 2 ** Math.min(attempt - 1, 30));
}
