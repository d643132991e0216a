import semver from 'semver';

export type Version = semver.SemVer;

/** Versions kept ready: a fleet runs few, and reading one costs more than comparing it. */
const mostKept = 1_000;
const kept = new Map<string, Version | null>();

/**
 * Reads a version.
 * @returns null when it is none by SemVer 2.0 (a leading `v` is let pass)
 * @source https://semver.org/spec/v2.0.0.html
 */
export function readVersion(text: string): Version | null {
  const found = kept.get(text);
  if (found !== undefined) return found;
  const read = semver.parse(text);
  if (kept.size >= mostKept) kept.clear();
  kept.set(text, read);
  return read;
}

/** Negative when the first comes before the second; metadata after a `+` does not count. */
export function orderVersions(a: Version, b: Version): number {
  return semver.compare(a, b);
}
