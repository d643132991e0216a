import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits for a condition, not for a time.
 * @throws Error with what was waited for when the deadline passes
 */
export async function until(what: string, holds: () => boolean, deadlineMs = 20_000): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`Waited ${deadlineMs} ms for: ${what}`);
    await delay(10);
  }
}
