import type { DeviceId } from '@fettle/model';
import {
  encodeCanonical,
  type FoundTarget,
  type JsonValue,
  type Lookup,
  openTargetCustom,
  type TargetFile,
  type TargetsMetadata,
  tufLimits,
} from '@fettle/trust';
import type { Verdict } from './listed-files.ts';
import { type Refused, refused } from './refusal.ts';

/**
 * What a director assigns to a device stands in the image repository, with the same bytes and the same meaning, and is
 * not below a floor that its offline keys have set. So an online key alone never brings new software anywhere.
 * @param lookups each path as a client of the verified image repository would find it
 */
export function judgeDirectorTargets(
  { targets, device }: Pick<TargetsMetadata, 'targets' | 'device'>,
  lookups: ReadonlyMap<string, Lookup>,
  asked: DeviceId,
): Verdict {
  if (device !== asked) {
    return refused('wrong-device', `Expected targets for device ${asked}, found them for ${device ?? 'none'}.`);
  }
  const tooMany = judgeCount(targets);
  if (tooMany) return tooMany;
  const serials = new Set<string>();
  for (const [path, target] of targets) {
    const verdict = judgeTarget({ path, target, found: lookups.get(path) }, serials);
    if (!verdict.ok) return verdict;
  }
  return { ok: true };
}

/** Before anything is looked up for them. */
export function judgeCount(targets: ReadonlyMap<string, TargetFile>): Refused | undefined {
  if (targets.size <= tufLimits.assignments) return undefined;
  const message = `Expected at most ${tufLimits.assignments} targets for one device, found ${targets.size}.`;
  return refused('too-many-targets', message);
}

interface Claim {
  readonly path: string;
  readonly target: TargetFile;
  readonly found: Lookup | undefined;
}

function judgeTarget({ path, target, found }: Claim, serials: Set<string>): Verdict {
  const opened = openTargetCustom(target.custom);
  const assign = opened.ok ? opened.custom.assign : undefined;
  if (!opened.ok || !assign) return refused('target-malformed', `Expected custom.match and custom.assign of ${path}.`);
  if (serials.has(assign.componentSerial)) {
    const message = `Expected one target for component ${assign.componentSerial}, found a second: ${path}.`;
    return refused('component-assigned-twice', message);
  }
  serials.add(assign.componentSerial);
  if (!found?.ok) {
    const why = found?.message ?? 'it was not looked up';
    return refused('target-not-found', `Expected ${path} in the image repository: ${why}`);
  }
  if (!isSameTarget(target, found.target)) {
    const message = `Expected ${path} with the length, the hash and the custom.match of the image repository.`;
    return refused('target-differs', message);
  }
  return judgeFloor(path, opened.custom.match, found);
}

function isSameTarget(claimed: TargetFile, listed: TargetFile): boolean {
  if (claimed.length !== listed.length || claimed.sha256 !== listed.sha256) return false;
  return Buffer.compare(canonical(claimed.custom.match), canonical(listed.custom.match)) === 0;
}

function canonical(value: JsonValue | undefined): Uint8Array {
  return encodeCanonical(value ?? null);
}

interface Counted {
  readonly component: string;
  readonly deviceTypes: readonly string[];
  readonly releaseCounter: number;
}

function judgeFloor(path: string, { component, deviceTypes, releaseCounter }: Counted, found: FoundTarget): Verdict {
  const floors = deviceTypes.map((type) => found.floors.get(`${component}/${type}`) ?? 0);
  // A target may be for several types with floors of their own: the device holds its own, here the lowest one.
  const floor = Math.min(...floors);
  if (releaseCounter >= floor) return { ok: true };
  const message = `Expected release counter ${floor} or more for ${path}, found ${releaseCounter}.`;
  return refused('target-below-floor', message);
}
