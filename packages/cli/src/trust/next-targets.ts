import { FettleError, type Instant, type Manifest, nativeSignatureFor } from '@fettle/model';
import {
  type DelegatedRole,
  openTargetCustom,
  type TargetsMetadata,
  type TufKey,
  targetsOfManifest,
} from '@fettle/trust';
import { demandReachable, type Holders } from './next-root.ts';

interface Stamp {
  readonly version: number;
  readonly expiresAt: Instant;
}

/** Top-level targets that delegate a fleet to these keys, as before or anew; everything else stays. */
export function delegatingTo(
  previous: TargetsMetadata | undefined,
  { fleet, holders }: { readonly fleet: string; readonly holders: Holders },
  stamp: Stamp,
): TargetsMetadata {
  demandReachable(fleet, holders);
  const role: DelegatedRole = {
    name: fleet,
    keyids: holders.keys.map(({ keyid }) => keyid),
    threshold: holders.threshold,
    paths: [`${fleet}/*/*`],
    terminating: true,
  };
  const before = previous?.delegations?.roles ?? [];
  const known = before.some(({ name }) => name === fleet);
  const roles = known ? before.map((one) => (one.name === fleet ? role : one)) : [...before, role];
  const keys = new Map([
    ...(previous?.delegations?.keys ?? []),
    ...holders.keys.map((key): [string, TufKey] => [key.keyid, key]),
  ]);
  return { ...emptyTargets(stamp), delegations: { keys: usedKeys(keys, roles), roles } };
}

/** The same targets again, with another version and expiry. */
export function renewedTargets(previous: TargetsMetadata, stamp: Stamp): TargetsMetadata {
  return { ...previous, ...stamp };
}

/**
 * A fleet's role with one more release.
 * @param options.rules the fleet's image policy: native signatures that devices have to find
 */
export function withRelease(
  previous: TargetsMetadata | undefined,
  manifest: Manifest,
  { rules, ...stamp }: Stamp & { readonly rules?: Parameters<typeof nativeSignatureFor>[0] },
): TargetsMetadata {
  const targets = new Map(previous?.targets ?? []);
  for (const [path, target] of targetsOfManifest(manifest, (artifact) => nativeSignatureFor(rules, artifact))) {
    if (targets.has(path)) {
      const message = `The role of fleet ${manifest.fleet} lists ${path} already. Publish under a new version.`;
      throw new FettleError('already-exists', message);
    }
    targets.set(path, target);
  }
  const floors = new Map(previous?.floors ?? []);
  for (const { component, deviceType } of manifest.artifacts) {
    const place = `${component}/${deviceType}`;
    const floor = Math.max(manifest.securityFloor, floors.get(place) ?? 0);
    if (floor > 0) floors.set(place, floor);
  }
  return { ...emptyTargets(stamp), targets, floors };
}

/** A fleet's role without the targets of these versions. */
export function withoutVersions(
  previous: TargetsMetadata,
  versions: ReadonlySet<string>,
  stamp: Stamp,
): TargetsMetadata {
  const kept = [...previous.targets].filter(([, { custom }]) => {
    const opened = openTargetCustom(custom);
    return !opened.ok || !versions.has(opened.custom.match.version);
  });
  return { ...previous, ...stamp, targets: new Map(kept) };
}

/** A role that lists nothing yet. */
export function emptyTargets(stamp: Stamp): TargetsMetadata {
  return {
    type: 'targets',
    ...stamp,
    unknown: {},
    targets: new Map(),
    delegations: undefined,
    device: undefined,
    floors: new Map(),
  };
}

function usedKeys(keys: ReadonlyMap<string, TufKey>, roles: readonly DelegatedRole[]): ReadonlyMap<string, TufKey> {
  const used = new Set(roles.flatMap(({ keyids }) => keyids));
  return new Map([...keys].filter(([keyid]) => used.has(keyid)));
}
