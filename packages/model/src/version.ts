import semver from 'semver';

/** What is needed to order two releases of one fleet. */
export interface VersionedRelease {
  readonly version: string;
  /** Release counter of the fleet: rises with every publication and is never reused. */
  readonly counter: number;
}

/**
 * Orders two releases: by SemVer 2.0.0 where both parse, else by publication (release counter).
 * @returns negative when `a` is older, positive when newer, 0 when neither
 */
export function compareReleases(a: VersionedRelease, b: VersionedRelease): number {
  const left = semver.parse(a.version);
  const right = semver.parse(b.version);
  if (left && right) return semver.compareBuild(left, right);
  return a.counter - b.counter;
}
