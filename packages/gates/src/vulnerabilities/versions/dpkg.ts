import { splitEpochVersion } from './epoch-version.ts';
import { compareDigits, endOfRun, isDigit, isLetter, type Order } from './text-order.ts';

/**
 * Order of Debian's package versions: `[epoch:]upstream[-revision]`. Takes any text; linear.
 * @source Debian Policy 4.7 §5.6.12, deb-version(7)
 */
export function compareDpkg(a: string, b: string): Order {
  const left = splitEpochVersion(a.trim());
  const right = splitEpochVersion(b.trim());
  return (
    compareDigits(left.epoch, right.epoch) ||
    compareParts(left.version, right.version) ||
    // An absent revision is the same as `0`, which is the same as none.
    compareParts(left.release ?? '', right.release ?? '')
  );
}

/** Turns of a run without digits and a run of digits, left to right. */
function compareParts(a: string, b: string): Order {
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    while (isBeforeDigits(a, i) || isBeforeDigits(b, j)) {
      const difference = weight(a, i) - weight(b, j);
      if (difference !== 0) return difference < 0 ? -1 : 1;
      if (i < a.length) i++;
      if (j < b.length) j++;
    }
    const endA = endOfRun(a, i, isDigit);
    const endB = endOfRun(b, j, isDigit);
    const order = compareDigits(a.slice(i, endA), b.slice(j, endB));
    if (order !== 0) return order;
    i = endA;
    j = endB;
  }
  return 0;
}

function isBeforeDigits(text: string, at: number): boolean {
  return at < text.length && !isDigit(text.charCodeAt(at));
}

/** `~` before the end, the end (and a digit, which ends the run) before letters, letters before all else. */
function weight(text: string, at: number): number {
  if (!isBeforeDigits(text, at)) return 0;
  const code = text.charCodeAt(at);
  if (code === 0x7e) return -1;
  return isLetter(code) ? code : code + 0x10000;
}
