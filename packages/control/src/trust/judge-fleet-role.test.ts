import assert from 'node:assert/strict';
import { test } from 'node:test';
import { componentName, deviceType, digest, fleetId, type Manifest } from '@fettle/model';
import { type TargetFile, type TargetsMetadata, targetsOfManifest } from '@fettle/trust';
import { judgeFleetRole, releaseAdded, stepOfFleetRole } from './judge-fleet-role.ts';

const fleet = fleetId('thermostat');
const place = 'rootfs/board-a';

function manifestOf(counter: number, changes: Partial<Manifest> = {}): Manifest {
  const artifact = { deviceType: deviceType('board-a'), component: componentName('rootfs'), kind: 'image' as const };
  const artifacts = [{ ...artifact, digest: digest('a'.repeat(64)), sizeBytes: 5, hardware: [] }];
  const facts = { securityFloor: 0, allowDowngrade: false, mustPassThrough: false, requires: [], notes: '' };
  return { fleet, version: `${counter}.0.0`, counter, ...facts, artifacts, ...changes };
}

function roleOf(manifests: readonly Manifest[], changes: Partial<TargetsMetadata> = {}): TargetsMetadata {
  const targets = new Map(manifests.flatMap((one) => [...targetsOfManifest(one)]));
  const common = { version: 1, expiresAt: 0, unknown: {}, delegations: undefined, device: undefined };
  return { type: 'targets', ...common, targets, floors: new Map(), ...changes };
}

const one = manifestOf(1);
const two = manifestOf(2);
const nobody = () => false;

test('the first file adds its release, the next one only what is new', () => {
  const first = stepOfFleetRole(undefined, roleOf([one]));
  assert.deepEqual(releaseAdded(fleet, first), { ok: true, manifest: one });
  const next = stepOfFleetRole(roleOf([one]), roleOf([one, two]));
  assert.deepEqual(releaseAdded(fleet, next), { ok: true, manifest: two });
  assert.deepEqual(judgeFleetRole(next, roleOf([one, two]), nobody), []);
  assert.equal(releaseAdded(fleet, stepOfFleetRole(roleOf([one]), roleOf([one]))).ok, false);
});

test('a target that says something else, or nothing any more, is told of', () => {
  const [path, target] = [...targetsOfManifest(one)][0] as [string, TargetFile];
  const shorter = roleOf([one], { targets: new Map([[path, { ...target, length: 4 }]]) });
  const altered = stepOfFleetRole(roleOf([one]), shorter);
  assert.deepEqual(altered.altered, [path]);
  assert.match(judgeFleetRole(altered, shorter, nobody).join(), /stay as it was signed/);
  const meaning = roleOf([{ ...one, notes: 'other' }]);
  assert.deepEqual(stepOfFleetRole(roleOf([one]), meaning).altered, [path]);
  const gone = stepOfFleetRole(roleOf([one, two]), roleOf([two]));
  assert.deepEqual([...gone.dropped], ['1.0.0']);
  assert.match(judgeFleetRole(gone, roleOf([two]), nobody).join(), /1\.0\.0 to stay/);
  assert.deepEqual(
    judgeFleetRole(gone, roleOf([two]), (version) => version === '1.0.0'),
    [],
  );
});

for (const [what, floor, says] of [
  ['missing', undefined, /floor of 2 or more/],
  ['too low', 1, /floor of 2 or more/],
  ['as demanded', 2, undefined],
  ['higher', 3, undefined],
  ['above every release', 4, /leave a release/],
] as const) {
  test(`a security floor that is ${what} is ${says ? 'refused' : 'taken'}`, () => {
    const floors = new Map(floor === undefined ? [] : [[place, floor]]);
    const next = roleOf([one, manifestOf(3, { securityFloor: 2 })], { floors });
    const problems = judgeFleetRole(stepOfFleetRole(undefined, next), next, nobody).join();
    if (says) assert.match(problems, says);
    else assert.equal(problems, '');
  });
}
