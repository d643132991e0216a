import { splitEpochVersion } from './epoch-version.ts';
import { compareDigits, compareText, endOfRun, isDigit, isLetter, type Order } from './text-order.ts';

/**
 * Order of RPM's versions: `[epoch:]version[-release]`. Takes any text; linear.
 * @source rpm-version(7); RPM manual, "Version comparison"
 */
export function compareRpm(a: string, b: string): Order {
  const left = splitEpochVersion(a);
  const right = splitEpochVersion(b);
  return (
    compareDigits(left.epoch, right.epoch) ||
    compareSegments(left.version, right.version) ||
    compareReleases(left.release, right.release)
  );
}

/** No release sorts before any. */
function compareReleases(a: string | null, b: string | null): Order {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  return compareSegments(a, b);
}

const tilde = 0x7e;
const caret = 0x5e;

function compareSegments(a: string, b: string): Order {
  let i = 0;
  let j = 0;
  for (;;) {
    i = endOfRun(a, i, isSeparator);
    j = endOfRun(b, j, isSeparator);
    const marks = compareMarks(a.charCodeAt(i), b.charCodeAt(j));
    if (marks === 'both') {
      i++;
      j++;
      continue;
    }
    if (marks !== 'none') return marks;
    if (i >= a.length || j >= b.length) break;
    const belongs = isDigit(a.charCodeAt(i)) ? isDigit : isLetter;
    const endA = endOfRun(a, i, belongs);
    const endB = endOfRun(b, j, belongs);
    // Segments of different kinds: digits are newer than letters.
    if (endB === j) return belongs === isDigit ? 1 : -1;
    const compare = belongs === isDigit ? compareDigits : compareText;
    const order = compare(a.slice(i, endA), b.slice(j, endB));
    if (order !== 0) return order;
    i = endA;
    j = endB;
  }
  if (i >= a.length && j >= b.length) return 0;
  return i >= a.length ? -1 : 1;
}

function isSeparator(code: number): boolean {
  return !isDigit(code) && !isLetter(code) && code !== tilde && code !== caret;
}

/** `~` sorts before everything, even the end; `^` after the end, before everything else. Codes are NaN at the end. */
function compareMarks(a: number, b: number): Order | 'both' | 'none' {
  if (a === tilde || b === tilde) return a === b ? 'both' : a === tilde ? -1 : 1;
  if (a !== caret && b !== caret) return 'none';
  if (a === b) return 'both';
  if (Number.isNaN(a)) return -1;
  if (Number.isNaN(b)) return 1;
  return a === caret ? -1 : 1;
}
