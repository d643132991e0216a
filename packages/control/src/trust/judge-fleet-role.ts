import type { FleetId, Manifest } from '@fettle/model';
import {
  encodeCanonical,
  manifestOfTargets,
  openTargetCustom,
  type TargetFile,
  type TargetsMetadata,
} from '@fettle/trust';

/** How the next file of a fleet's role differs from the last one. */
export interface FleetRoleStep {
  /** Paths that the last file does not have. */
  readonly added: readonly { readonly path: string; readonly target: TargetFile }[];
  /** Versions of the releases whose targets are gone or say something else. */
  readonly dropped: ReadonlySet<string>;
  /** Paths under which something else stands now. */
  readonly altered: readonly string[];
}

/** @param previous undefined before the first file */
export function stepOfFleetRole(previous: TargetsMetadata | undefined, next: TargetsMetadata): FleetRoleStep {
  const before = previous?.targets ?? new Map<string, TargetFile>();
  const added = [...next.targets].filter(([path]) => !before.has(path)).map(([path, target]) => ({ path, target }));
  const dropped = new Set<string>();
  const altered: string[] = [];
  for (const [path, target] of before) {
    const now = next.targets.get(path);
    if (!now) dropped.add(versionOf(target));
    else if (!isSameTarget(target, now)) altered.push(path);
  }
  return { added, dropped, altered };
}

/**
 * What the next file of a fleet's role may not do, whoever signed it: alter a target, drop one of a release that stands,
 * leave a security floor below what a listed release demands, or raise one above everything that is listed.
 * @param revoked whether a version of the fleet has been revoked
 */
export function judgeFleetRole(
  step: FleetRoleStep,
  next: TargetsMetadata,
  revoked: (version: string) => boolean,
): readonly string[] {
  const problems = step.altered.map((path) => `Expected ${path} to stay as it was signed.`);
  for (const version of step.dropped) {
    if (!revoked(version)) problems.push(`Expected the targets of release ${version} to stay: it is not revoked.`);
  }
  return [...problems, ...judgeFloors(next)];
}

/** The one release that a file adds. */
export function releaseAdded(
  fleet: FleetId,
  { added }: FleetRoleStep,
): { readonly ok: true; readonly manifest: Manifest } | { readonly ok: false; readonly message: string } {
  if (added.length === 0) return { ok: false, message: 'Expected the targets of one new release, found none.' };
  return manifestOfTargets(fleet, added);
}

function judgeFloors({ targets, floors }: TargetsMetadata): readonly string[] {
  const demanded = new Map<string, { floor: number; counter: number }>();
  for (const { custom } of targets.values()) {
    const opened = openTargetCustom(custom);
    if (!opened.ok) continue;
    const { match, release } = opened.custom;
    for (const type of match.deviceTypes) {
      const place = `${match.component}/${type}`;
      const known = demanded.get(place) ?? { floor: 0, counter: 0 };
      const floor = Math.max(known.floor, release?.securityFloor ?? 0);
      demanded.set(place, { floor, counter: Math.max(known.counter, match.releaseCounter) });
    }
  }
  const problems: string[] = [];
  for (const [place, { floor, counter }] of demanded) {
    const found = floors.get(place) ?? 0;
    if (found < floor) problems.push(`Expected a security floor of ${floor} or more for ${place}, found ${found}.`);
    if (found > counter) problems.push(`Expected the security floor of ${place} to leave a release, found ${found}.`);
  }
  return problems;
}

function versionOf({ custom }: TargetFile): string {
  const opened = openTargetCustom(custom);
  return opened.ok ? opened.custom.match.version : '';
}

function isSameTarget(a: TargetFile, b: TargetFile): boolean {
  if (a.length !== b.length || a.sha256 !== b.sha256) return false;
  return Buffer.compare(encodeCanonical(a.custom), encodeCanonical(b.custom)) === 0;
}
