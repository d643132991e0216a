/** Sets of rows as bits, 32 a word; the rows that failed come first and fill whole words of their own. */
export type Bits = Uint32Array;

/** How many rows are in both sets, counting words `from` up to but not including `to`. */
export function countBoth(a: Bits, b: Bits, from: number, to: number): number {
  let count = 0;
  for (let i = from; i < to; i++) count += ones((a[i] as number) & (b[i] as number));
  return count;
}

export function bothOf(a: Bits, b: Bits): Bits {
  const both = new Uint32Array(a.length);
  for (let i = 0; i < a.length; i++) both[i] = (a[i] as number) & (b[i] as number);
  return both;
}

export function addTo(bits: Bits, row: number): void {
  bits[row >>> 5] = (bits[row >>> 5] as number) | (1 << (row & 31));
}

/** The number of one-bits of a 32-bit word. */
function ones(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
