import { setTimeout as delay } from 'node:timers/promises';
import { isAway } from './exits.ts';

const firstWaitMs = 1_000;
const mostWaitMs = 30_000;
const mostAttempts = 8;

/**
 * Does something again while the server is away, with full jitter. Publishing may be repeated: the bytes are known by
 * their digest, the check by its subject, and the same release is confirmed, not made anew.
 */
export async function withAttempts<T>(
  work: () => Promise<T>,
  { signal, say, random = Math.random }: Waiting,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isAway(error) || attempt >= mostAttempts || signal.aborted) throw error;
      const waitMs = random() * Math.min(mostWaitMs, firstWaitMs * 2 ** (attempt - 1));
      say(
        `${(error as Error).message} Trying again in ${Math.ceil(waitMs / 1_000)} s (${attempt} of ${mostAttempts}).`,
      );
      // What has come to an end while waiting is told as what it was, not as a time-out.
      await delay(waitMs, undefined, { signal }).catch(() => {
        throw error;
      });
    }
  }
}

export interface Waiting {
  readonly signal: AbortSignal;
  readonly say: (text: string) => void;
  /** Between 0 and 1. */
  readonly random?: () => number;
}
