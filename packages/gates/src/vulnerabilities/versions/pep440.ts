import { compareGeneric } from './generic.ts';
import { compareDigits, compareText, isNumber, type Order } from './text-order.ts';

/**
 * Order of Python's versions. What is no such version sorts before all that are, in the generic order among itself.
 * @source PEP 440, "Summary of permitted suffixes and relative ordering", appendix B for the pattern
 */
export function comparePep440(a: string, b: string): Order {
  const left = read(a);
  const right = read(b);
  if (left === null || right === null) {
    if (left === null && right === null) return compareGeneric(a, b);
    return left === null ? -1 : 1;
  }
  return (
    compareDigits(left.epoch, right.epoch) ||
    compareReleases(left.release, right.release) ||
    comparePhases(left.pre, right.pre) ||
    comparePhases(left.post, right.post) ||
    comparePhases(left.dev, right.dev) ||
    compareLocals(left.local, right.local)
  );
}

/** `rank` orders the kinds of what may stand here, `number` within one. */
interface PhaseOf {
  readonly rank: number;
  readonly number: string;
}

interface PythonVersion {
  readonly epoch: string;
  readonly release: readonly string[];
  readonly pre: PhaseOf;
  readonly post: PhaseOf;
  readonly dev: PhaseOf;
  readonly local: readonly string[] | null;
}

// No part can match in two ways, so that the time is linear.
const pattern =
  /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?(\d*))?(?:-(\d+)|[-_.]?(post|rev|r)[-_.]?(\d*))?(?:[-_.]?(dev)[-_.]?(\d*))?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?$/;

const preRanks: Readonly<Record<string, number>> = { alpha: 1, a: 1, beta: 2, b: 2, preview: 3, pre: 3, c: 3, rc: 3 };
const beforePre = 0;
const afterPre = 4;

function read(version: string): PythonVersion | null {
  const match = pattern.exec(version.trim().toLowerCase());
  if (match === null) return null;
  const [, epoch, release = '', preWord, preNumber, postDash, postWord, postNumber, devWord, devNumber, local] = match;
  const hasPost = postDash !== undefined || postWord !== undefined;
  const hasDev = devWord !== undefined;
  return {
    epoch: epoch ?? '0',
    release: release.split('.'),
    // 1.0.dev1 comes before 1.0a1, 1.0 and 1.0.post1 after all pre-releases.
    pre:
      preWord === undefined
        ? { rank: hasDev && !hasPost ? beforePre : afterPre, number: '' }
        : { rank: preRanks[preWord] ?? afterPre, number: preNumber ?? '' },
    post: { rank: hasPost ? 1 : 0, number: postDash ?? postNumber ?? '' },
    dev: { rank: hasDev ? 0 : 1, number: devNumber ?? '' },
    local: local === undefined ? null : local.split(/[-_.]/),
  };
}

/** Missing numbers are 0. */
function compareReleases(a: readonly string[], b: readonly string[]): Order {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const order = compareDigits(a[at] ?? '', b[at] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

function comparePhases(a: PhaseOf, b: PhaseOf): Order {
  if (a.rank !== b.rank) return a.rank < b.rank ? -1 : 1;
  return compareDigits(a.number, b.number);
}

/** PEP 440, "Local version identifiers": none is below any, words below numbers, the longer above. */
function compareLocals(a: readonly string[] | null, b: readonly string[] | null): Order {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const x = a[at];
    const y = b[at];
    if (x === undefined) return -1;
    if (y === undefined) return 1;
    const isNumberX = isNumber(x);
    if (isNumberX !== isNumber(y)) return isNumberX ? 1 : -1;
    const order = isNumberX ? compareDigits(x, y) : compareText(x, y);
    if (order !== 0) return order;
  }
  return 0;
}
