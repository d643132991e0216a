import { compareDigits, compareText, isNumber, type Order } from './text-order.ts';

/**
 * Order of semantic versions; build metadata counts for nothing. Lenient where ecosystems are: a leading `v` (or `go`, as
 * that toolchain writes it), fewer or more than three numbers (missing ones are 0). Takes any text; linear.
 * @source SemVer 2.0.0 §10, §11
 */
export function compareSemver(a: string, b: string): Order {
  const left = split(a);
  const right = split(b);
  const order = compareIdentifiers(left.core, right.core, '0');
  if (order !== 0) return order;
  // §11.3: a version without pre-release is above all with one.
  if (left.preRelease === null || right.preRelease === null) {
    return left.preRelease === right.preRelease ? 0 : left.preRelease === null ? 1 : -1;
  }
  return compareIdentifiers(left.preRelease, right.preRelease, null);
}

interface Parts {
  readonly core: readonly string[];
  readonly preRelease: readonly string[] | null;
}

function split(version: string): Parts {
  const plus = version.indexOf('+');
  let text = (plus < 0 ? version : version.slice(0, plus)).trim();
  text = text.replace(/^(?:[vV=]|go(?=\d))/, '');
  const dash = text.indexOf('-');
  const core = (dash < 0 ? text : text.slice(0, dash)).split('.');
  return { core, preRelease: dash < 0 ? null : text.slice(dash + 1).split('.') };
}

/** §11.4: numbers as numbers, below words; the longer list is above where all else is equal, unless padded. */
function compareIdentifiers(a: readonly string[], b: readonly string[], padding: string | null): Order {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const x = a[at] ?? padding;
    const y = b[at] ?? padding;
    if (x === null) return -1;
    if (y === null) return 1;
    const order = compareIdentifier(x, y);
    if (order !== 0) return order;
  }
  return 0;
}

function compareIdentifier(a: string, b: string): Order {
  const isNumberA = isNumber(a);
  const isNumberB = isNumber(b);
  if (isNumberA && isNumberB) return compareDigits(a, b);
  if (isNumberA !== isNumberB) return isNumberA ? -1 : 1;
  return compareText(a, b);
}
