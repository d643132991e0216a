import type { Clock, Randomness, Store } from '@fettle/control';

/** The right to do what only one process may do at a time. */
export interface Lease {
  /** Higher than that of every lease before; undefined as long as it is not given. */
  readonly term: number | undefined;
}

/** The store of a world: any real one. It is given, as a simulation must not depend on a database. */
export interface WorldStore extends Store {
  /** Begins a new term of a duty. */
  lead(duty: string, taken: () => void): Lease;
  /** Writes last-seen times now; a world does it in virtual time, so the store should not do it by itself. */
  flushSeen(): Promise<void>;
  close(): Promise<void>;
}

export type OpenWorldStore = (world: {
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Randomness;
}) => Promise<WorldStore>;
