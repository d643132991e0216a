import { tufLimits } from './tuf-limits.ts';

/** Whether a text may be the path of a target: plain elements, no empty ones, none that climbs. */
export function isTargetPath(path: string): boolean {
  return path.length <= tufLimits.pathLength && plainPath.test(path) && !climbs.test(path);
}

/** Whether a text may be a pattern of a delegation: as a path, with `*` and `?` besides. */
export function isPathPattern(pattern: string): boolean {
  return pattern.length <= tufLimits.pathLength && plainPattern.test(pattern);
}

/** Whether a text may name a delegated role: it becomes a part of a file's name. */
export function isDelegatedRoleName(name: string): boolean {
  return name.length <= tufLimits.roleNameLength && roleName.test(name) && !reserved.has(name);
}

/**
 * Whether a pattern covers a path: both have the same number of elements, and neither `*` nor `?` crosses a `/`.
 * Cost: at most the product of both lengths.
 * @source TUF 1.0.34 §4.5, PATHPATTERN
 */
export function pathMatches(pattern: string, path: string): boolean {
  const patterns = pattern.split('/');
  const elements = path.split('/');
  return patterns.length === elements.length && patterns.every((part, i) => elementMatches(part, elements[i] ?? ''));
}

const plainPath = /^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/;
const climbs = /(?:^|\/)\.{1,2}(?:\/|$)/;
const plainPattern = /^[A-Za-z0-9._*?-]+(?:\/[A-Za-z0-9._*?-]+)*$/;
const roleName = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;
const reserved = new Set(['root', 'targets', 'snapshot', 'timestamp']);

/** Goes back to the last `*` only: what an earlier one could take, the last one can take too. */
function elementMatches(pattern: string, text: string): boolean {
  let p = 0;
  let star = -1;
  let resume = 0;
  for (let t = 0; t < text.length; ) {
    if (pattern[p] === '*') {
      star = p++;
      resume = t;
    } else if (pattern[p] === '?' || (p < pattern.length && pattern[p] === text[t])) {
      p += 1;
      t += 1;
    } else if (star >= 0) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}
