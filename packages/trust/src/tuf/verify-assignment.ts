import type { ComponentName, DeviceId, DeviceType } from '@fettle/model';
import { canonicalText } from './canonical.ts';
import type { FoundTarget, Lookup } from './client/find-target.ts';
import type { TargetFile, TargetsMetadata } from './metadata.ts';
import { Refusal, type Refused, refusedBy } from './problem.ts';
import {
  type ReleaseFacts,
  readTargetCustom,
  type TargetAssignment,
  type TargetInfo,
  type TargetMatch,
} from './target-custom.ts';
import { tufLimits } from './tuf-limits.ts';

/** What the device knows of itself, never told by a server. */
export interface DeviceFacts {
  readonly id: DeviceId;
  readonly type: DeviceType;
  /** Null when the device does not know its revision. */
  readonly hardwareRevision: string | null;
  readonly components: readonly ComponentFacts[];
}

export interface ComponentFacts {
  readonly component: ComponentName;
  /** The name of the component where it has no serial of its own. */
  readonly serial: string;
  /** Release counter of what is committed; 0 when unknown. */
  readonly releaseCounter: number;
  /** The highest security floor that the device ever stored; 0 at first. */
  readonly floor: number;
}

/** A target that both repositories name for one component of this device. */
export interface AssignedTarget {
  readonly path: string;
  readonly target: TargetFile;
  readonly match: TargetMatch;
  readonly assign: TargetAssignment;
  readonly info: TargetInfo | undefined;
  readonly release: ReleaseFacts;
  /** The floor that holds from now on: the highest of device, image repository and release. Store it at commit. */
  readonly floor: number;
}

export type AssignmentVerdict =
  | { readonly ok: true; readonly assigned: readonly AssignedTarget[] }
  | (Refused & { readonly path: string | undefined });

export interface AssignmentEvidence {
  /** The director's top-level targets, of an update of its repository. */
  readonly director: Pick<TargetsMetadata, 'targets' | 'delegations' | 'device'>;
  /** Lookups of the director's paths in an update of the image repository. */
  readonly image: { readonly lookups: ReadonlyMap<string, Lookup> };
  readonly device: DeviceFacts;
}

/**
 * Full verification of what a director assigns: one target that does not hold refuses them all, as they belong
 * together. Says nothing of the bytes of an image: length, hash and native signature are checked as they come in.
 * @source Uptane Standard 2.1.0 §5.4.4.2 (full verification); decision 0020
 */
export function verifyAssignment({ image, director, device }: AssignmentEvidence): AssignmentVerdict {
  let path: string | undefined;
  try {
    demandDirector(director, device);
    const serials = new Set<string>();
    const assigned: AssignedTarget[] = [];
    for (const [name, target] of director.targets) {
      path = name;
      assigned.push(verifyTarget({ path: name, target, found: image.lookups.get(name) }, device, serials));
    }
    return { ok: true, assigned };
  } catch (error) {
    return { ...refusedBy(error), path };
  }
}

function demandDirector(director: AssignmentEvidence['director'], device: DeviceFacts): void {
  if (director.delegations) throw new Refusal('director-delegates', 'Expected no delegations of the director.');
  // An empty answer has to name the device as well: else the one of another device would do.
  if (director.device !== device.id) {
    const message = `Expected targets for device ${device.id}, found them for ${director.device ?? 'none'}.`;
    throw new Refusal('wrong-device', message);
  }
  if (director.targets.size > tufLimits.assignments) {
    throw new Refusal('metadata-too-large', `Expected at most ${tufLimits.assignments} assigned targets.`);
  }
}

interface Claim {
  readonly path: string;
  readonly target: TargetFile;
  readonly found: Lookup | undefined;
}

function verifyTarget({ path, target, found }: Claim, device: DeviceFacts, serials: Set<string>): AssignedTarget {
  const { match, assign } = readTargetCustom(target.custom);
  if (!assign) throw new Refusal('target-malformed', `Expected custom.assign of ${path}, found none.`);
  const component = demandComponent(match, assign, device);
  if (serials.has(assign.componentSerial)) {
    const message = `Expected one target for component ${assign.componentSerial}, found a second: ${path}.`;
    throw new Refusal('component-assigned-twice', message);
  }
  serials.add(assign.componentSerial);
  const listed = demandFound(found, path);
  const { info, release } = demandEqual(target, listed);
  if (!match.deviceTypes.includes(device.type)) {
    const message = `Expected ${path} for device type ${device.type}, it is for ${match.deviceTypes.join(', ')}.`;
    throw new Refusal('wrong-device-type', message);
  }
  demandHardware(release, device, path);
  const floor = demandCounter({ match, release, listed, component, type: device.type });
  return { path, target, match, assign, info, release, floor };
}

function demandComponent(match: TargetMatch, assign: TargetAssignment, device: DeviceFacts): ComponentFacts {
  const { componentSerial: serial } = assign;
  const known = device.components.find((own) => own.serial === serial && own.component === match.component);
  if (known) return known;
  const message = `Expected a component of this device, found ${match.component} with serial ${serial}.`;
  throw new Refusal('unknown-component', message);
}

function demandFound(found: Lookup | undefined, path: string): FoundTarget {
  if (!found) throw new Refusal('target-absent', `Expected ${path} to be looked up in the image repository.`);
  if (found.ok) return found;
  throw new Refusal(found.code, found.message);
}

function demandEqual(
  target: TargetFile,
  { path, target: listed }: FoundTarget,
): { info: TargetInfo | undefined; release: ReleaseFacts } {
  if (target.length !== listed.length || target.sha256 !== listed.sha256) {
    throw new Refusal('target-bytes-differ', `Expected the same length and hash of ${path} in both repositories.`);
  }
  const custom = readTargetCustom(listed.custom);
  // Also what this model does not know of `match` has to be equal: a newer publisher may demand more than we read.
  if (matchText(target) !== matchText(listed)) {
    throw new Refusal('match-differs', `Expected the same custom.match of ${path} in both repositories.`);
  }
  const { info, release } = custom;
  if (!release) throw new Refusal('target-malformed', `Expected custom.release of ${path} in the image repository.`);
  return { info, release };
}

function matchText({ custom }: TargetFile): string {
  return canonicalText(custom.match ?? null);
}

function demandHardware({ hardware }: ReleaseFacts, { hardwareRevision }: DeviceFacts, path: string): void {
  if (hardware.length === 0 || hardware.includes(hardwareRevision ?? '')) return;
  const found = hardwareRevision === null ? 'this device names none' : `this is ${hardwareRevision}`;
  const message = `Expected hardware revision ${hardware.join(', ')} for ${path}, ${found}.`;
  throw new Refusal('hardware-mismatch', message);
}

/** @returns the floor from now on */
function demandCounter(claim: {
  readonly match: TargetMatch;
  readonly release: ReleaseFacts;
  readonly listed: FoundTarget;
  readonly component: ComponentFacts;
  readonly type: DeviceType;
}): number {
  const { match, release, listed, component, type } = claim;
  const signedFloor = listed.floors.get(`${match.component}/${type}`) ?? 0;
  const floor = Math.max(component.floor, signedFloor);
  const { releaseCounter } = match;
  if (releaseCounter < floor) {
    const message = `Expected release counter ${floor} or more for ${match.component}, found ${releaseCounter}.`;
    throw new Refusal('below-floor', message);
  }
  if (releaseCounter < component.releaseCounter && !release.allowDowngrade) {
    const message = `Expected release counter ${component.releaseCounter} or more for ${match.component}, found ${releaseCounter}; the release does not allow a downgrade.`;
    throw new Refusal('release-counter-fell', message);
  }
  // A release that asks for more than it has itself would lock the device out of it.
  return Math.max(floor, Math.min(release.securityFloor, releaseCounter));
}
