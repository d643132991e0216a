import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type DeviceId, deviceId, fleetId, type RolloutId, tenantId } from '@fettle/model';
import { Announcer, readAnnouncement } from './announcer.ts';

const acme = tenantId('acme');
const fleet = fleetId('thermostat');
const rollout = 'rol_1' as RolloutId;
const mostBytes = 7_999;

function announce(devices: readonly DeviceId[], also: (announcer: Announcer) => void = () => {}) {
  const announcer = new Announcer('me', acme);
  for (const device of devices) announcer.notes.devices.add(device);
  also(announcer);
  const payloads = announcer.take();
  for (const payload of payloads) assert.ok(Buffer.byteLength(payload) <= mostBytes, `${payload.length} bytes`);
  return payloads.map((payload) => {
    const read = readAnnouncement(payload);
    assert.ok(read);
    return read;
  });
}

describe('what a commit announces', () => {
  it('is nothing when nothing was changed that others keep, and nothing for the installation itself', () => {
    assert.deepEqual(announce([]), []);
    const installation = new Announcer('me', undefined);
    installation.notes.devices.add(deviceId('d'));
    assert.deepEqual(installation.take(), []);
  });

  it('fits one notification with everything in it', () => {
    const [only, ...rest] = announce([deviceId('d')], ({ notes }) => {
      notes.structure.add(fleet);
      notes.addCounts(fleet, [rollout]);
    });
    assert.deepEqual(only, {
      origin: 'me',
      tenant: acme,
      structure: [fleet],
      counts: { [fleet]: [rollout] },
      devices: ['d'],
      everything: false,
    });
    assert.deepEqual(rest, []);
  });

  it('takes several notifications for many devices, and tells the rest only once', () => {
    const ids = Array.from({ length: 1_000 }, (_, i) => deviceId(`${'x'.repeat(55)}-${i}`));
    const told = announce(ids, ({ notes }) => notes.structure.add(fleet));
    assert.ok(told.length > 5);
    assert.deepEqual(
      told.flatMap(({ devices }) => devices),
      ids,
    );
    assert.deepEqual(
      told.flatMap(({ structure }) => structure),
      [fleet],
    );
  });

  it('is that everything may have changed when fleets and rollouts alone are too much', () => {
    const told = announce([deviceId('d')], ({ notes }) => {
      for (let i = 0; i < 500; i++) notes.structure.add(fleetId(`fleet-with-a-long-name-${i}`));
    });
    assert.deepEqual(
      told.map(({ everything, devices, structure }) => [everything, devices, structure]),
      [[true, [], []]],
    );
  });

  it('is understood only when it is whole', () => {
    for (const payload of ['', 'a duty is free', '{}', '[]', 'null', '{"origin":"me","tenant":"acme"}']) {
      assert.equal(readAnnouncement(payload), undefined, payload);
    }
  });
});
