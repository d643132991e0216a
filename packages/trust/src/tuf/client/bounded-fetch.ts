import { Refusal } from '../problem.ts';
import type { FetchMetadata } from './cycle.ts';

/** Bytes that may still come; what all fetches of one update share. */
export interface ByteBudget {
  leftBytes: number;
}

/** Fetches within a bound over all files together, besides that of each. */
export function boundedFetch(fetch: FetchMetadata, budget: ByteBudget): FetchMetadata {
  return async (name, maxBytes) => {
    const bytes = await fetch(name, Math.min(maxBytes, budget.leftBytes));
    if (bytes === 'absent') return bytes;
    if (bytes.length > budget.leftBytes) {
      const message = `Expected less metadata in one update, the bound was reached with ${name}.`;
      throw new Refusal('metadata-too-large', message);
    }
    budget.leftBytes -= bytes.length;
    return bytes;
  };
}
