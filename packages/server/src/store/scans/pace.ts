/** How long work lets others have their turn. */
export interface Pace {
  /** Milliseconds of a clock that only goes forward. */
  now(): number;
  /** Resolves after everybody else who waits had a turn. */
  turn(): Promise<void>;
}

export const pace: Pace = {
  now: () => performance.now(),
  turn: () => new Promise((resolve) => setImmediate(resolve)),
};
