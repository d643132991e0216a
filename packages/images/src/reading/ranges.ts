import { Malformed } from './malformed.ts';

/** Bytes of an image, from `offset`, `length` of them. */
export interface Range {
  readonly offset: number;
  readonly length: number;
}

export interface NamedRange extends Range {
  readonly what: string;
}

/** Refuses parts that share a byte. Empty ones share none. */
export function requireDisjoint(parts: readonly NamedRange[]): void {
  const sorted = parts.filter((part) => part.length > 0).toSorted((a, b) => a.offset - b.offset);
  for (const [index, part] of sorted.entries()) {
    const next = sorted[index + 1];
    if (next && part.offset + part.length > next.offset) {
      throw new Malformed('overlap', `${part.what} (at ${part.offset}) and ${next.what} (at ${next.offset}) overlap.`);
    }
  }
}

/** The same bytes in the same order in fewer ranges: neighbours become one. */
export function joinRanges(ranges: readonly Range[]): Range[] {
  const joined: { offset: number; length: number }[] = [];
  for (const range of ranges) {
    const last = joined.at(-1);
    if (last && last.offset + last.length === range.offset) last.length += range.length;
    else if (range.length > 0) joined.push({ ...range });
  }
  return joined;
}
