import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FleetId, fleetId, type Manifest } from '@fettle/model';
import { targetsOfManifest } from '../manifest-of-targets.ts';
import type { TargetFile } from '../metadata.ts';
import { encodeTargetCustom, openTargetCustom } from '../target-custom.ts';
import {
  boardA,
  deviceFacts,
  fileOf,
  imageBytes,
  rootfs,
  type TestFleet,
  testDevice,
  testFleet,
} from '../testing/test-fleet.ts';
import { dayMs, type TestRepository, testStart } from '../testing/test-repository.ts';
import { testSigners } from '../testing/test-signer.ts';
import { signTime } from '../time.ts';
import { tufLimits } from '../tuf-limits.ts';
import { resumeTrust, trustRoot } from './trusted-state.ts';
import { type DeviceTrust, type DeviceUpdateOptions, updateDevice } from './update-device.ts';

const thermostat: FleetId = fleetId('thermostat');
const nonce = 'ab'.repeat(32);

const manifest: Manifest = {
  fleet: thermostat,
  version: '2.0.0',
  counter: 7,
  securityFloor: 3,
  allowDowngrade: false,
  mustPassThrough: false,
  requires: [],
  notes: '',
  artifacts: [
    {
      deviceType: boardA,
      component: rootfs,
      kind: 'image',
      digest: fileOf(imageBytes, {}).sha256,
      sizeBytes: imageBytes.length,
      hardware: [],
    },
  ],
};

/** A fleet whose one release is published under the path that it has by its facts. */
async function publishedFleet(): Promise<TestFleet> {
  const fleet = await testFleet();
  const targets = targetsOfManifest(manifest);
  await fleet.image.publishTargets('thermostat', { targets }, fleet.fleetSigners);
  await fleet.image.publish();
  await assign(fleet.director, new Map([...targets].map(([path, target]) => [path, asAssigned(target)])));
  return fleet;
}

async function assign(director: TestRepository, targets: ReadonlyMap<string, TargetFile>): Promise<void> {
  await director.publishTargets('targets', { device: testDevice, targets });
  await director.publish();
}

function asAssigned(target: TargetFile): TargetFile {
  const opened = openTargetCustom(target.custom);
  assert.ok(opened.ok);
  const { match } = opened.custom;
  const nothing = { deployment: undefined, rollout: undefined, deltaFrom: undefined, url: undefined };
  const assigned = { componentSerial: match.component, ...nothing };
  return { ...target, custom: encodeTargetCustom({ match, assign: assigned, info: undefined, release: undefined }) };
}

function trustIn({ image, director }: TestFleet): DeviceTrust {
  const [first, second] = [trustRoot(director.file('1.root.json')), trustRoot(image.file('1.root.json'))];
  assert.ok(first.ok && second.ok);
  return { director: first.state, image: second.state, timeFloor: 0 };
}

function optionsFor(fleet: TestFleet, change: Partial<DeviceUpdateOptions> = {}): DeviceUpdateOptions {
  return {
    fleet: thermostat,
    device: deviceFacts,
    fetchDirector: fleet.director.fetch,
    fetchImage: fleet.image.fetch,
    nonce,
    askTime: (asked) => signTime(asked, testStart, fleet.director.time),
    clock: 0,
    keep: async () => {},
    ...change,
  };
}

test('what both repositories name comes back as the release that was published', async () => {
  const fleet = await publishedFleet();
  const verdict = await updateDevice(trustIn(fleet), optionsFor(fleet));
  assert.ok(verdict.ok);
  assert.deepEqual(verdict.manifest, manifest);
  assert.deepEqual([verdict.time.source, verdict.trust.timeFloor], ['answer', testStart]);
  assert.equal(verdict.assigned[0]?.floor, 4, 'the floor of the fleet is above that of the release');
});

test('every step is kept before the next one asks for more', async () => {
  const fleet = await publishedFleet();
  const seen: string[] = [];
  const kept: DeviceTrust[] = [];
  const options = optionsFor(fleet, {
    fetchDirector: async (name, maxBytes) => {
      seen.push('director');
      return fleet.director.fetch(name, maxBytes);
    },
    fetchImage: async (name, maxBytes) => {
      seen.push('image');
      return fleet.image.fetch(name, maxBytes);
    },
    keep: async (trust) => {
      seen.push('keep');
      kept.push(trust);
    },
  });
  const verdict = await updateDevice(trustIn(fleet), options);
  const order = seen.filter((what, i) => what !== seen[i - 1]);
  assert.deepEqual(order, ['director', 'keep', 'image', 'keep']);
  assert.deepEqual(kept.at(-1), verdict.trust);
  seen.length = 0;
  assert.ok((await updateDevice(verdict.trust, options)).ok);
  assert.ok(!seen.includes('keep'), 'nothing changed, nothing to write');
});

test('trust that cannot be kept is no trust', async () => {
  const fleet = await publishedFleet();
  const keep = () => Promise.reject(new Error('the disk is full'));
  await assert.rejects(updateDevice(trustIn(fleet), optionsFor(fleet, { keep })), /the disk is full/);
});

test('an empty assignment asks nothing of the image repository', async () => {
  const fleet = await publishedFleet();
  await assign(fleet.director, new Map());
  fleet.image.requests.length = 0;
  const verdict = await updateDevice(trustIn(fleet), optionsFor(fleet));
  assert.ok(verdict.ok);
  assert.deepEqual([verdict.assigned, verdict.manifest, fleet.image.requests], [[], undefined, []]);
});

test('targets of another fleet are refused by name', async () => {
  const fleet = await publishedFleet();
  const verdict = await updateDevice(trustIn(fleet), optionsFor(fleet, { fleet: fleetId('toaster') }));
  assert.ok(!verdict.ok);
  assert.deepEqual([verdict.code, verdict.attack], ['wrong-fleet', 'wrong-hardware']);
});

test('a target that lies where its facts do not belong makes no release', async () => {
  const fleet = await publishedFleet();
  const [target] = targetsOfManifest(manifest).values();
  assert.ok(target);
  const targets = new Map([['thermostat/rootfs/9.9.9.board-a', target]]);
  await fleet.image.publishTargets('thermostat', { targets }, fleet.fleetSigners);
  await fleet.image.publish();
  await assign(fleet.director, new Map([['thermostat/rootfs/9.9.9.board-a', asAssigned(target)]]));
  const verdict = await updateDevice(trustIn(fleet), optionsFor(fleet));
  assert.equal(!verdict.ok && verdict.code, 'target-malformed');
});

test('without a signed time a clock behind the floor proves nothing, and one that can be right does', async () => {
  const fleet = await publishedFleet();
  const start = { ...trustIn(fleet), timeFloor: testStart - dayMs };
  const behind = await updateDevice(start, optionsFor(fleet, { askTime: async () => undefined, clock: 0 }));
  assert.deepEqual(!behind.ok && [behind.code, behind.attack], ['time-unproven', 'freeze']);
  const right = await updateDevice(start, optionsFor(fleet, { askTime: async () => undefined, clock: testStart }));
  assert.ok(right.ok);
  assert.equal(right.trust.timeFloor, testStart - dayMs, 'a clock alone raises no floor');
});

test('a new root of the director lowers the floor even when that update then ends early', async () => {
  const fleet = await publishedFleet();
  const { director } = fleet;
  const keys = director.root?.time?.keys ?? [];
  await director.publishRoot({ time: { keys, floor: testStart } });
  const cut = optionsFor(fleet, {
    fetchDirector: async (name, maxBytes) => {
      if (name === '3.root.json') throw new Error('the connection broke');
      return director.fetch(name, maxBytes);
    },
  });
  const first = await updateDevice({ ...trustIn(fleet), timeFloor: testStart + 200 * dayMs }, cut);
  assert.deepEqual([!first.ok && first.code, first.trust.timeFloor], ['fetch-failed', testStart]);
  assert.ok((await updateDevice(first.trust, optionsFor(fleet))).ok);
});

test('all files of one update together stay below the bound, and what was verified is kept', async () => {
  const fleet = await publishedFleet();
  const { image } = fleet;
  const padding = { padding: 'x'.repeat(480_000) };
  for (let n = 0; n < 20; n += 1) await image.publishRoot({ unknown: padding });
  let bytes = 0;
  const counted = optionsFor(fleet, {
    fetchImage: async (name, maxBytes) => {
      const file = await image.fetch(name, maxBytes);
      bytes += file === 'absent' ? 0 : Math.min(file.length, maxBytes + 1);
      return file;
    },
  });
  const first = await updateDevice(trustIn(fleet), counted);
  assert.deepEqual([!first.ok && first.code, bytes <= tufLimits.updateBytes + 1], ['metadata-too-large', true]);
  assert.ok((await updateDevice(first.trust, optionsFor(fleet))).ok, 'the next update goes on from there');
});

test('a device goes on with what it stored, unless it was provisioned with a newer root since', async () => {
  const fleet = await publishedFleet();
  const { image } = fleet;
  const before = image.file('1.root.json');
  const updated = await updateDevice(trustIn(fleet), optionsFor(fleet));
  const stored = updated.trust.image;
  const same = resumeTrust(before, stored);
  assert.equal(same.ok && same.state, stored);
  const newer = resumeTrust(await image.publishRoot(), stored);
  assert.ok(newer.ok);
  assert.deepEqual([newer.root.version, newer.state.timestamp], [2, stored.timestamp]);
  assert.equal(newer.state.snapshot, stored.snapshot);
  const back = resumeTrust(before, newer.state);
  assert.equal(back.ok && back.state, newer.state, 'an older image of the device does not go back');
  image.holders = { ...image.holders, timestamp: testSigners(1) };
  const rekeyed = resumeTrust(await image.publishRoot(), stored);
  assert.ok(rekeyed.ok);
  const { timestamp, snapshot, targets } = rekeyed.state;
  assert.deepEqual([timestamp, snapshot, targets], [undefined, undefined, stored.targets], 'new online keys');
  const lost = resumeTrust(before, { ...stored, root: 'nonsense' });
  assert.deepEqual(lost.ok && lost.state, { root: Buffer.from(before).toString('utf8'), delegated: {} });
  assert.equal(resumeTrust(Buffer.from('{}'), stored).ok, false);
});
