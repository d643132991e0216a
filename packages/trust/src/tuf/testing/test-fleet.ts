import { createHash } from 'node:crypto';
import {
  type ComponentName,
  componentName,
  type DeviceId,
  type DeviceType,
  deviceId,
  deviceType,
  digest,
} from '@fettle/model';
import type { Signer } from '../../signer.ts';
import type { DelegatedRole, TargetFile, TargetsMetadata } from '../metadata.ts';
import { encodeTargetCustom, type ReleaseFacts, type TargetAssignment, type TargetMatch } from '../target-custom.ts';
import type { DeviceFacts } from '../verify-assignment.ts';
import { TestRepository, testStart } from './test-repository.ts';
import { keysOf, roleOf, testSigners } from './test-signer.ts';

export const rootfs: ComponentName = componentName('rootfs');
export const boardA: DeviceType = deviceType('board-a');
export const testDevice: DeviceId = deviceId('SN-1');
export const imagePath = 'thermostat/rootfs/2.0.0.img';
export const imageBytes: Uint8Array = Buffer.from('an image of thermostat 2.0.0');

export const testMatch: TargetMatch = {
  component: rootfs,
  deviceTypes: [boardA],
  version: '2.0.0',
  releaseCounter: 7,
  nativeSignature: undefined,
};

export const testFacts: ReleaseFacts = {
  kind: 'image',
  securityFloor: 3,
  allowDowngrade: false,
  mustPassThrough: false,
  requires: [],
  hardware: ['C', 'D'],
  notes: 'Fixes the fan.\nAnd nothing else.',
};

const testAssign: TargetAssignment = {
  componentSerial: 'rootfs',
  deployment: 'dep_00000000000000000000000001',
  rollout: undefined,
  deltaFrom: undefined,
  url: undefined,
};

export const deviceFacts: DeviceFacts = {
  id: testDevice,
  type: boardA,
  hardwareRevision: 'C',
  components: [{ component: rootfs, serial: 'rootfs', releaseCounter: 6, floor: 2 }],
};

export function fileOf(bytes: Uint8Array, custom: TargetFile['custom']): TargetFile {
  return { length: bytes.length, sha256: digest(createHash('sha256').update(bytes).digest('hex')), custom };
}

/** A target as the image repository lists it. */
export function imageTarget(match: Partial<TargetMatch> = {}, facts: Partial<ReleaseFacts> = {}): TargetFile {
  const custom = { match: { ...testMatch, ...match }, release: { ...testFacts, ...facts } };
  return fileOf(imageBytes, encodeTargetCustom({ ...custom, info: undefined, assign: undefined }));
}

/** The same target as a director assigns it. */
export function directorTarget(match: Partial<TargetMatch> = {}, assign: Partial<TargetAssignment> = {}): TargetFile {
  const custom = { match: { ...testMatch, ...match }, assign: { ...testAssign, ...assign } };
  return fileOf(imageBytes, encodeTargetCustom({ ...custom, info: undefined, release: undefined }));
}

/** One delegation, held by these signers. */
export function delegationOf(
  name: string,
  signers: readonly Signer[],
  about: Partial<DelegatedRole> = {},
): DelegatedRole {
  return { name, ...roleOf(signers, 1), paths: [`${name}/*/*`], terminating: true, ...about };
}

export function delegations(
  ...entries: readonly (readonly [DelegatedRole, readonly Signer[]])[]
): Pick<TargetsMetadata, 'delegations'> {
  const keys = keysOf(...entries.flatMap(([, signers]) => signers));
  return { delegations: { keys, roles: entries.map(([role]) => role) } };
}

/** Both repositories of a fleet with one release, assigned to one device; and who holds the fleet's key. */
export interface TestFleet {
  readonly image: TestRepository;
  readonly director: TestRepository;
  readonly fleetSigners: readonly Signer[];
}

export async function testFleet(now = testStart): Promise<TestFleet> {
  const fleetSigners = testSigners(1);
  const image = new TestRepository(now);
  await image.publishRoot();
  await image.publishTargets('targets', delegations([delegationOf('thermostat', fleetSigners), fleetSigners]));
  const floors = new Map([['rootfs/board-a', 4]]);
  await image.publishTargets('thermostat', { targets: new Map([[imagePath, imageTarget()]]), floors }, fleetSigners);
  await image.publish();
  const director = new TestRepository(now);
  await director.publishRoot();
  await director.publishTargets('targets', {
    device: testDevice,
    targets: new Map([[imagePath, directorTarget()]]),
  });
  await director.publish();
  return { image, director, fleetSigners };
}
