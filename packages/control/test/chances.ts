/** Numbers from 0 to 1 that depend on the seed alone (mulberry32). */
export function draws(seed: number): () => number {
  let state = seed * 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** How far a share may be off in so many runs without anybody wondering: three standard deviations. */
export function chances(share: number, runs: number): number {
  return 3 * Math.sqrt((share * (1 - share)) / runs);
}
