import {
  type ComponentName,
  type DeviceType,
  FettleError,
  type FleetId,
  limits,
  type Manifest,
  type ReleaseArtifact,
} from '@fettle/model';
import type { ManifestVerdict } from '../manifest.ts';
import { canonicalText } from './canonical.ts';
import type { TargetFile } from './metadata.ts';
import { isTargetPath } from './paths.ts';
import {
  encodeTargetCustom,
  openTargetCustom,
  type ReleaseFacts,
  signableText,
  type TargetMatch,
} from './target-custom.ts';

/** A target of the image repository under its path. */
export interface PlacedTarget {
  readonly path: string;
  readonly target: TargetFile;
}

/** What a target is for, as its path says it. */
export interface TargetPlace {
  readonly fleet: FleetId;
  readonly version: string;
  readonly component: ComponentName;
  readonly deviceType: DeviceType;
}

/**
 * Where the image repository lists an artifact: `fleet/component/version.deviceType`. Versions may have `+` and `~`,
 * paths may not: both become `_`. What a version is stands in `custom.match`, never in the path.
 * @throws FettleError `invalid-input` when it is longer than a path may be
 */
export function targetPath({ fleet, version, component, deviceType }: TargetPlace): string {
  const path = `${fleet}/${component}/${version.replace(/[+~]/g, '_')}.${deviceType}`;
  if (isTargetPath(path)) return path;
  throw new FettleError('invalid-input', `Expected a shorter version or names: "${path.slice(0, 80)}…" is no path.`);
}

/**
 * The targets that say the same as a manifest, by path: what a fleet's role has to list for it.
 * Of its notes only what can be signed stays: line feeds, no other control characters, Unicode NFC.
 * @param nativeSignatureOf the kind of native signature that devices have to find in an artifact, by the fleet's image
 *   policy (`nativeSignatureFor`); undefined where none is demanded
 * @throws FettleError `invalid-input` as `targetPath`
 * @source decision 0020, "Releases are targets"
 */
export function targetsOfManifest(
  manifest: Manifest,
  nativeSignatureOf: (artifact: ReleaseArtifact) => string | undefined = () => undefined,
): ReadonlyMap<string, TargetFile> {
  const { fleet, version, counter, securityFloor, allowDowngrade, mustPassThrough, requires, notes } = manifest;
  const entries = manifest.artifacts.map((artifact) => {
    const { component, deviceType, kind, hardware, digest, sizeBytes } = artifact;
    const match: TargetMatch = {
      component,
      deviceTypes: [deviceType],
      version,
      releaseCounter: counter,
      nativeSignature: nativeSignatureOf(artifact),
    };
    const facts = { securityFloor, allowDowngrade, mustPassThrough, requires, notes: signableText(notes) };
    const release: ReleaseFacts = { ...facts, kind, hardware };
    const custom = encodeTargetCustom({ match, release, info: undefined, assign: undefined });
    const target: TargetFile = { length: sizeBytes, sha256: digest, custom };
    return [targetPath({ fleet, version, component, deviceType }), target] as const;
  });
  return new Map(entries);
}

/**
 * The manifest that the targets of one release make together, artifacts in order of path. Server and device both read
 * a release this way, so that both mean the same by it.
 * @returns what disagrees when they do not make one release
 */
export function manifestOfTargets(fleet: FleetId, placed: readonly PlacedTarget[]): ManifestVerdict {
  if (placed.length === 0) return no('Expected one target or more, found none.');
  if (placed.length > limits.artifactsPerRelease) {
    return no(`Expected at most ${limits.artifactsPerRelease} targets of one release, found ${placed.length}.`);
  }
  const sorted = [...placed].sort((a, b) => (a.path < b.path ? -1 : 1));
  let common: Facts | undefined;
  const artifacts: ReleaseArtifact[] = [];
  for (const { path, target } of sorted) {
    const read = readPlaced(fleet, path, target);
    if (typeof read === 'string') return no(read);
    common ??= read.facts;
    if (factsText(common) !== factsText(read.facts)) {
      return no(`Expected all targets of a release to agree, ${path} says something else than ${sorted[0]?.path}.`);
    }
    artifacts.push(read.artifact);
  }
  if (!common) return no('Expected one target or more, found none.');
  const places = new Set(artifacts.map(({ deviceType, component }) => `${deviceType}/${component}`));
  if (places.size !== artifacts.length) return no('Two targets are for the same device type and component.');
  return { ok: true, manifest: { fleet, ...common, artifacts } };
}

/** What all targets of a release have to say alike. */
type Facts = Omit<Manifest, 'fleet' | 'artifacts'>;

function readPlaced(
  fleet: FleetId,
  path: string,
  { length, sha256, custom }: TargetFile,
): { readonly facts: Facts; readonly artifact: ReleaseArtifact } | string {
  const opened = openTargetCustom(custom);
  if (!opened.ok) return `${path}: ${opened.message}`;
  const { match, release } = opened.custom;
  if (!release) return `Expected custom.release of ${path}, found none.`;
  const [deviceType] = match.deviceTypes;
  if (deviceType === undefined || match.deviceTypes.length !== 1) {
    return `Expected ${path} for one device type, found ${match.deviceTypes.length}.`;
  }
  const { component, version, releaseCounter: counter } = match;
  const expected = pathOrNothing({ fleet, version, component, deviceType });
  if (expected !== path) return `Expected the path ${expected} for what it says it is, found ${path}.`;
  const { kind, hardware, ...rest } = release;
  if (rest.securityFloor > counter) return `${path} forbids itself: its security floor is above its counter.`;
  if (length < 1 || length > limits.artifactBytes) return `Expected 1 to ${limits.artifactBytes} bytes of ${path}.`;
  if (hardware.includes('')) return `Expected hardware revisions of ${path} to have a name.`;
  const artifact = { deviceType, component, kind, digest: sha256, sizeBytes: length, hardware };
  return { facts: { version, counter, ...rest }, artifact };
}

function pathOrNothing(place: TargetPlace): string | undefined {
  try {
    return targetPath(place);
  } catch (error) {
    if (error instanceof FettleError) return undefined;
    throw error;
  }
}

function factsText({ requires, ...facts }: Facts): string {
  return canonicalText({ ...facts, requires: requires.map(({ component, counter }) => ({ component, counter })) });
}

function no(message: string): ManifestVerdict {
  return { ok: false, message };
}
