import assert from 'node:assert/strict';
import { test } from 'node:test';
import { componentName, type DeviceType, deviceId, deviceType } from '@fettle/model';
import type { JsonObject } from './canonical.ts';
import { trustRoot } from './client/trusted-state.ts';
import { updateRepository } from './client/update-repository.ts';
import type { TargetFile, TargetsMetadata } from './metadata.ts';
import type { TufProblem } from './problem.ts';
import {
  delegationOf,
  delegations,
  deviceFacts,
  directorTarget,
  fileOf,
  imagePath,
  imageTarget,
  type TestFleet,
  testFleet,
} from './testing/test-fleet.ts';
import { type TestRepository, testStart } from './testing/test-repository.ts';
import { type DeviceFacts, verifyAssignment } from './verify-assignment.ts';

interface Row {
  readonly name: string;
  readonly code: TufProblem;
  readonly act?: (fleet: TestFleet) => Promise<void>;
  readonly device?: Partial<DeviceFacts>;
}

/** Somebody owns the director's online key: whatever it signs is signed. */
async function assign({ director }: TestFleet, change: Partial<TargetsMetadata>): Promise<void> {
  await director.publishTargets('targets', change);
  await director.publish();
}

async function list({ image, fleetSigners }: TestFleet, target: TargetFile): Promise<void> {
  await image.publishTargets('thermostat', { targets: new Map([[imagePath, target]]) }, fleetSigners);
  await image.publish();
}

const boardB: DeviceType = deviceType('board-b');
const only = (target: TargetFile, path = imagePath) => ({ targets: new Map([[path, target]]) });

const rows: readonly Row[] = [
  {
    name: 'the assignment of another device',
    code: 'wrong-device',
    act: (fleet) => assign(fleet, { device: deviceId('SN-2') }),
  },
  {
    name: 'an empty answer that was made for another device',
    code: 'wrong-device',
    act: (fleet) => assign(fleet, { targets: new Map(), device: deviceId('SN-2') }),
  },
  { name: 'an answer for nobody', code: 'wrong-device', act: (fleet) => assign(fleet, { device: undefined }) },
  {
    name: 'a file that only the director names (targeted build)',
    code: 'target-absent',
    act: (fleet) => assign(fleet, only(directorTarget(), 'thermostat/rootfs/secret.img')),
  },
  {
    name: 'a path outside of every delegation',
    code: 'path-not-delegated',
    act: (fleet) => assign(fleet, only(directorTarget(), 'elsewhere/rootfs/2.0.0.img')),
  },
  {
    name: 'other bytes under an approved path',
    code: 'target-bytes-differ',
    act: (fleet) => assign(fleet, only(fileOf(Buffer.from('evil'), directorTarget().custom))),
  },
  {
    name: 'the same hash with another length',
    code: 'target-bytes-differ',
    act: (fleet) => assign(fleet, only({ ...directorTarget(), length: 5 })),
  },
  {
    name: 'a device type that only the director names',
    code: 'match-differs',
    device: { type: boardB },
    act: (fleet) => assign(fleet, only(directorTarget({ deviceTypes: [boardB] }))),
  },
  {
    name: 'a counter that only the director raises',
    code: 'match-differs',
    act: (fleet) => assign(fleet, only(directorTarget({ releaseCounter: 99 }))),
  },
  {
    name: 'a native signature that the director no longer demands',
    code: 'match-differs',
    act: (fleet) => list(fleet, imageTarget({ nativeSignature: 'mcuboot' })),
  },
  {
    name: 'a demand that only a newer publisher knows, dropped by the director',
    code: 'match-differs',
    act: (fleet) => {
      const { custom, ...target } = imageTarget();
      return list(fleet, { ...target, custom: { ...custom, match: { ...(custom.match as JsonObject), future: 1 } } });
    },
  },
  { name: 'an image of another device type', code: 'wrong-device-type', device: { type: boardB } },
  { name: 'another hardware revision', code: 'hardware-mismatch', device: { hardwareRevision: 'A' } },
  { name: 'a revision where the device knows none', code: 'hardware-mismatch', device: { hardwareRevision: null } },
  {
    name: 'a component that is not here',
    code: 'unknown-component',
    device: { components: [{ component: componentName('modem'), serial: 'modem', releaseCounter: 0, floor: 0 }] },
  },
  {
    name: 'the serial of the same component in another device',
    code: 'unknown-component',
    act: (fleet) => assign(fleet, only(directorTarget({}, { componentSerial: 'other' }))),
  },
  {
    name: 'two targets for one component',
    code: 'component-assigned-twice',
    act: async (fleet) => {
      const second = 'thermostat/rootfs/2.0.0-b.img';
      const both = (target: TargetFile) => ({
        targets: new Map([
          [imagePath, target],
          [second, target],
        ]),
      });
      await fleet.image.publishTargets('thermostat', both(imageTarget()), fleet.fleetSigners);
      await fleet.image.publish();
      await assign(fleet, both(directorTarget()));
    },
  },
  {
    name: 'a counter below the floor of the fleet',
    code: 'below-floor',
    act: async ({ image, fleetSigners }) => {
      await image.publishTargets('thermostat', { floors: new Map([['rootfs/board-a', 8]]) }, fleetSigners);
      await image.publish();
    },
  },
  {
    name: 'a counter below the floor that the device stored',
    code: 'below-floor',
    device: { components: [{ ...component(), floor: 8 }] },
  },
  {
    name: 'an approved older release',
    code: 'release-counter-fell',
    device: { components: [{ ...component(), releaseCounter: 9 }] },
  },
  {
    name: 'a director that delegates',
    code: 'director-delegates',
    act: (fleet) => assign(fleet, delegations([delegationOf('thermostat', fleet.fleetSigners), fleet.fleetSigners])),
  },
  {
    name: 'an assignment without its part',
    code: 'target-malformed',
    act: (fleet) => assign(fleet, only(imageTarget())),
  },
  {
    name: 'an image target without the facts of its release',
    code: 'target-malformed',
    act: (fleet) => list(fleet, directorTarget()),
  },
  {
    name: 'custom fields of another shape',
    code: 'target-malformed',
    act: (fleet) => assign(fleet, only({ ...directorTarget(), custom: { match: [] } })),
  },
  {
    name: 'a fleet file that its key did not sign',
    code: 'delegation-wrong-keys',
    act: async ({ image }) => {
      await image.publishTargets('thermostat', {}, image.holders.targets);
      await image.publish();
    },
  },
];

for (const { name, code, act, device } of rows) {
  test(`${name}: ${code}`, async () => {
    const fleet = await testFleet();
    await act?.(fleet);
    const verdict = await verify(fleet, { ...deviceFacts, ...device });
    assert.equal(verdict.ok ? 'accepted' : verdict.code, code, JSON.stringify(verdict));
  });
}

test('what both repositories name is accepted, with all that is needed to install it', async () => {
  const verdict = await verify(await testFleet(), deviceFacts);
  assert.ok(verdict.ok, JSON.stringify(verdict));
  const [assigned] = verdict.assigned;
  assert.ok(assigned);
  assert.equal(assigned.path, imagePath);
  assert.equal(assigned.match.releaseCounter, 7);
  assert.equal(assigned.release.notes, 'Fixes the fan.\nAnd nothing else.');
  assert.equal(assigned.floor, 4, 'the floor that the fleet signed is higher than those of device and release');
});

test('nothing assigned is a good answer when it names the device', async () => {
  const fleet = await testFleet();
  await assign(fleet, { targets: new Map() });
  assert.deepEqual(await verify(fleet, deviceFacts), { ok: true, assigned: [] });
});

test('an older release that allows a downgrade is accepted down to the floor', async () => {
  const fleet = await testFleet();
  await list(fleet, imageTarget({}, { allowDowngrade: true }));
  const newer = (floor: number) => ({ ...deviceFacts, components: [{ ...component(), releaseCounter: 9, floor }] });
  assert.equal((await verify(fleet, newer(7))).ok, true);
  const below = await verify(fleet, newer(8));
  assert.equal(below.ok === false && below.code, 'below-floor');
});

function component() {
  const [first] = deviceFacts.components;
  return first ?? assert.fail('the device has a component');
}

async function verify({ image, director }: TestFleet, device: DeviceFacts) {
  const directed = await updated(director, []);
  const imaged = await updated(image, [...directed.targets.targets.keys()]);
  return verifyAssignment({ director: directed.targets, image: imaged, device });
}

async function updated(repository: TestRepository, paths: readonly string[]) {
  const trust = trustRoot(repository.file('1.root.json'));
  assert.ok(trust.ok);
  const result = await updateRepository(trust.state, repository.fetch, { now: testStart, paths });
  assert.ok(result.ok, JSON.stringify(result));
  return result;
}
