import { hash } from 'node:crypto';
import type { Randomness } from '@fettle/control';
import { createRandom, type Random } from '../../fleet/random.ts';

/** A stream of numbers with the questions that a world asks. */
export interface Dice extends Random {
  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number;
  /** True with this chance. */
  chance(probability: number): boolean;
  pick<T>(options: readonly T[]): T;
}

/** Dice for one purpose: the same parts always give the same stream. */
export function createDice(...parts: readonly (string | number)[]): Dice {
  const random = createRandom(...parts);
  return {
    next: random.next,
    between: random.between,
    whole: (low, high) => low + Math.floor(random.next() * (high - low + 1)),
    chance: (probability) => random.next() < probability,
    pick: (options) => options[Math.floor(random.next() * options.length)] as never,
  };
}

/** Bytes for the ids that a server makes: the same seed, the same ids. */
export function createBytes(seed: string): Randomness {
  let drawn = 0;
  return {
    bytes(count) {
      const bytes = new Uint8Array(count);
      for (let from = 0; from < count; from += 32) {
        const block = hash('sha256', `${seed}/${drawn++}`, 'buffer');
        bytes.set(block.subarray(0, Math.min(32, count - from)), from);
      }
      return bytes;
    },
  };
}
