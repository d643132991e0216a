import { RE2JS } from '@bufbuild/re2';
import { Refused } from './refusal.ts';

/** Characters of a pattern. */
const longestPattern = 200;
/** Steps of the compiled pattern: what one character of a text may cost at the most. */
const mostSteps = 1_000;
const mostKept = 200;
const kept = new Map<string, RE2JS>();

/**
 * A regular expression in RE2's syntax, kept ready. Its time is linear in the text: there is no backtracking, and its
 * size is bounded.
 */
export function patternOf(pattern: string): { test(text: string): boolean } {
  const found = kept.get(pattern);
  if (found) return found;
  const made = RE2JS.compile(pattern);
  if (kept.size >= mostKept) kept.clear();
  kept.set(pattern, made);
  return made;
}

/** @throws Refused for a pattern that RE2 does not know or that is too large */
export function checkPattern(pattern: string, position: number): void {
  if (pattern.length > longestPattern) {
    throw new Refused(`A pattern has at most ${longestPattern} characters.`, position);
  }
  // Repetitions are written out when a pattern is compiled; nested ones multiply.
  let steps = pattern.length;
  for (const [, least = '0', most = ''] of pattern.matchAll(/\{(\d{1,9})(?:,(\d{0,9}))?\}/g)) {
    steps *= Math.max(1, Number(least), Number(most));
  }
  if (steps > mostSteps) throw new Refused('The pattern repeats too much.', position);
  try {
    patternOf(pattern);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Refused(`The pattern cannot be read: ${why}.`, position);
  }
}
