/** Random choices that a seed repeats. */
export interface Seeded {
  /** 0 to below 1. */
  next(): number;
  below(limit: number): number;
  pick<T>(values: readonly T[]): T;
  /** Characters out of an alphabet. */
  text(alphabet: string, length: number): string;
  bytes(length: number): Buffer;
}

/** A 32-bit generator after Mulberry: fast, and good enough to strew things about. */
export function seeded(seed: number): Seeded {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  const pick = <T>(values: readonly T[]): T => {
    const value = values[below(values.length)];
    if (value === undefined) throw new Error('Expected something to pick from, found nothing.');
    return value;
  };
  const text = (alphabet: string, length: number) => {
    let made = '';
    for (let i = 0; i < length; i += 1) made += alphabet[below(alphabet.length)];
    return made;
  };
  const bytes = (length: number) => Buffer.from(Array.from({ length }, () => below(256)));
  return { next, below, pick, text, bytes };
}

export const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
export const alphanumeric = `${letters}0123456789`;
export const base64url = `${alphanumeric}-_`;
export const base64 = `${alphanumeric}+/`;
export const hexDigits = '0123456789abcdef';
