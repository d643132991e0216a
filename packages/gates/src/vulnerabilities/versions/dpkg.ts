import { compareDigits, endOfRun, isDigit, isLetter, isNumber, type Order } from './text-order.ts';

/**
 * Order of Debian's package versions: `[epoch:]upstream[-revision]`. Takes any text; linear.
 * @source Debian Policy 4.7 §5.6.12, deb-version(7)
 */
export function compareDpkg(a: string, b: string): Order {
  const left = split(a);
  const right = split(b);
  return (
    compareDigits(left.epoch, right.epoch) ||
    compareParts(left.upstream, right.upstream) ||
    compareParts(left.revision, right.revision)
  );
}

interface DpkgVersion {
  readonly epoch: string;
  readonly upstream: string;
  /** An absent revision is the same as `0`, which is the same as none. */
  readonly revision: string;
}

function split(version: string): DpkgVersion {
  const text = version.trim();
  const colon = text.indexOf(':');
  const hasEpoch = colon > 0 && isNumber(text.slice(0, colon));
  const rest = hasEpoch ? text.slice(colon + 1) : text;
  const dash = rest.lastIndexOf('-');
  return {
    epoch: hasEpoch ? text.slice(0, colon) : '0',
    upstream: dash < 0 ? rest : rest.slice(0, dash),
    revision: dash < 0 ? '' : rest.slice(dash + 1),
  };
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
