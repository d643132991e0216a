import { createHash } from 'node:crypto';
import { type ComponentName, componentName, deviceType, digest, type FleetId, type Manifest } from '@fettle/model';
import { encodeTargetCustom, openTargetCustom, type TargetFile, targetsOfManifest } from '@fettle/trust';

export const drillType = deviceType('board-a');
export const drillComponent: ComponentName = componentName('rootfs');

/** A release of the simulated copy: how the image repository lists it, and how the director assigns it. */
export interface DrillRelease {
  readonly counter: number;
  readonly listed: ReadonlyMap<string, TargetFile>;
  readonly assigned: ReadonlyMap<string, TargetFile>;
}

/** The next release of a fleet. */
export function releaseOf(fleet: FleetId, counter: number): DrillRelease {
  const version = `${counter}.0.0`;
  const bytes = Buffer.from(`image ${version} of ${fleet}`);
  const artifact = {
    deviceType: drillType,
    component: drillComponent,
    kind: 'image' as const,
    digest: digest(createHash('sha256').update(bytes).digest('hex')),
    sizeBytes: bytes.length,
    hardware: [],
  };
  const facts = { securityFloor: 0, allowDowngrade: false, mustPassThrough: false, requires: [], notes: '' };
  const manifest: Manifest = { fleet, version, counter, ...facts, artifacts: [artifact] };
  const listed = targetsOfManifest(manifest);
  const assigned = new Map([...listed].map(([path, target]) => [path, assign(target)]));
  return { counter, listed, assigned };
}

/** The same target as a director names it. */
function assign(target: TargetFile): TargetFile {
  const opened = openTargetCustom(target.custom);
  if (!opened.ok) throw new Error(opened.message);
  const { match } = opened.custom;
  const { component: componentSerial } = match;
  const reason = { componentSerial, deployment: undefined, rollout: undefined, deltaFrom: undefined, url: undefined };
  return { ...target, custom: encodeTargetCustom({ match, info: undefined, release: undefined, assign: reason }) };
}
