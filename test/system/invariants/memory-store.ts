import { openSqliteStore } from '../../../packages/server/src/store/index.ts';
import type { OpenWorldStore } from '../../../packages/simulator/src/world/index.ts';

/** The real store in memory; last-seen times are written when the world says so, not by a timer. */
export const openMemoryStore: OpenWorldStore = ({ clock, random }) =>
  openSqliteStore({ file: ':memory:', clock, random, seenFlushMs: 2 ** 31 - 1 });
