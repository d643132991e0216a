import { readEcosystem } from '../ecosystem.ts';
import { versionOrders } from '../versions/compare-versions.ts';
import type { AffectedPackage, AffectedRange, RangeEvent } from './vulnerability.ts';

/** What is asked about. */
export interface AskedVersion {
  readonly version: string;
  /** The commit that it was built from, where known. */
  readonly commit?: string | undefined;
}

/** Why a version is affected. */
export interface Affectedness {
  readonly by: 'versions' | 'range' | 'commit';
  /** The nearest versions that fix it, one for each range that says so. */
  readonly fixedIn: readonly string[];
}

/**
 * Whether a version of a package is affected: it is listed, or some range says so.
 * @param ecosystem as OSV writes it; says how versions are ordered
 * @returns null when not affected
 * @source OSV schema 1.7, "Evaluation"
 */
export function evaluateAffected(affected: AffectedPackage, asked: AskedVersion): Affectedness | null {
  const ranges = affected.ranges.filter(
    (range) => range.type !== 'GIT' && isInRange(affected.ecosystem, range, asked.version),
  );
  const fixedIn = [...new Set(ranges.flatMap((range) => nearestFix(affected.ecosystem, range, asked.version)))];
  if (isListed(affected, asked.version)) return { by: 'versions', fixedIn };
  if (ranges.length > 0) return { by: 'range', fixedIn };
  const { commit } = asked;
  if (commit !== undefined && affected.ranges.some((range) => range.type === 'GIT' && hasCommit(range, commit))) {
    return { by: 'commit', fixedIn: [] };
  }
  return null;
}

/** "IncludedInVersions". Where only a repository is named these are tags, often with a `v`. */
function isListed(affected: AffectedPackage, version: string): boolean {
  if (version === '') return false;
  if (affected.versions.includes(version)) return true;
  return affected.ecosystem === 'GIT' && affected.versions.includes(`v${version}`);
}

/** "IncludedInRanges" for one range. */
function isInRange(ecosystem: string, range: AffectedRange, version: string): boolean {
  if (version === '') return false;
  const compare = orderFor(ecosystem, range);
  if (!isBeforeLimits(range, version, compare)) return false;
  let vulnerable = false;
  for (const event of inOrder(range.events, compare)) {
    if (event.kind === 'introduced' && (event.version === '0' || compare(version, event.version) >= 0))
      vulnerable = true;
    else if (event.kind === 'fixed' && compare(version, event.version) >= 0) vulnerable = false;
    else if (event.kind === 'lastAffected' && compare(version, event.version) > 0) vulnerable = false;
  }
  return vulnerable;
}

type Compare = (a: string, b: string) => number;

function orderFor(ecosystem: string, range: AffectedRange): Compare {
  return range.type === 'SEMVER' ? versionOrders.semver : versionOrders[readEcosystem(ecosystem).order];
}

/** "BeforeLimits": without limits there is one at infinity, which `*` says too. */
function isBeforeLimits(range: AffectedRange, version: string, compare: Compare): boolean {
  const limits = range.events.filter((event) => event.kind === 'limit');
  return (
    limits.length === 0 || limits.some((limit) => limit.version.includes('*') || compare(version, limit.version) < 0)
  );
}

/** By version, `introduced: 0` before all; events of the same version in the order in which they were written. */
function inOrder(events: readonly RangeEvent[], compare: Compare): readonly RangeEvent[] {
  const timeline = events.filter((event) => event.kind !== 'limit');
  return timeline.sort((a, b) => {
    const startA = a.kind === 'introduced' && a.version === '0';
    const startB = b.kind === 'introduced' && b.version === '0';
    return startA || startB ? Number(startB) - Number(startA) : compare(a.version, b.version);
  });
}

function nearestFix(ecosystem: string, range: AffectedRange, version: string): readonly string[] {
  const compare = orderFor(ecosystem, range);
  const fixes = range.events.filter((event) => event.kind === 'fixed' && compare(event.version, version) > 0);
  const [nearest] = fixes.sort((a, b) => compare(a.version, b.version));
  return nearest === undefined ? [] : [nearest.version];
}

/** Without the repository's graph a commit is only known to be affected when the range names it. */
function hasCommit(range: AffectedRange, commit: string): boolean {
  return range.events.some(
    (event) => (event.kind === 'introduced' || event.kind === 'lastAffected') && event.version === commit,
  );
}
