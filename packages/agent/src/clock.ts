import { setTimeout as wait } from 'node:timers/promises';

/** Time as the agent sees it. `now` may be wrong by decades and is only ever told, never used to decide. */
export interface Clock {
  /** Milliseconds since 1970 by the device's own clock. */
  now(): number;
  /** Milliseconds that only ever go forward. */
  monotonicMs(): number;
  /** Resolves after the time or as soon as the signal is aborted, whichever comes first. */
  sleep(durationMs: number, signal: AbortSignal): Promise<void>;
}

/** Node's timers count to 2^31 - 1 ms at the most. */
const longestTimerMs = 2_147_483_647;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  async sleep(durationMs, signal) {
    if (signal.aborted) return;
    await wait(Math.min(Math.max(0, durationMs), longestTimerMs), undefined, { signal }).catch(() => undefined);
  },
};
