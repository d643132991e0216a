import type { Instant } from '@fettle/model';

/** Whether the time is right, and until when that stays so. */
export interface TimeState {
  readonly open: boolean;
  /**
   * Until then it stays as it is. While closed, it opens then and no earlier; while open, it may stay open for longer.
   * `never` when the clock alone changes nothing.
   */
  readonly changesAt: Instant;
}

/** The last instant that a date can hold. */
export const never: Instant = 8_640_000_000_000_000;

/** Open while one of them is; without any it is closed for good. */
export function anyOpen(states: readonly TimeState[]): TimeState {
  const open = states.filter((state) => state.open);
  if (open.length > 0) return { open: true, changesAt: Math.max(...open.map((state) => state.changesAt)) };
  return { open: false, changesAt: Math.min(never, ...states.map((state) => state.changesAt)) };
}

/** Open while all of them are; without any it is open for good. While closed, `changesAt` may be too early an hour. */
export function allOpen(states: readonly TimeState[]): TimeState {
  const closed = states.filter((state) => !state.open);
  if (closed.length > 0) return { open: false, changesAt: Math.max(...closed.map((state) => state.changesAt)) };
  return { open: true, changesAt: Math.min(never, ...states.map((state) => state.changesAt)) };
}
