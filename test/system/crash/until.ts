import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits for a condition, not for a time.
 * @param tell says how far things are, for the message when the deadline passes
 */
export async function until(
  holds: () => boolean | Promise<boolean>,
  { deadlineMs, tell, everyMs = 25 }: { deadlineMs: number; tell: () => string; everyMs?: number },
): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Waited ${deadlineMs} ms: ${tell()}`);
    await delay(everyMs);
  }
}
