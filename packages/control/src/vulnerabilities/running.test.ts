import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { componentName, type Device, deviceType, digest } from '@fettle/model';
import { runningOf } from './running.ts';

const rootfs = componentName('rootfs');
const current = { [rootfs]: { version: '1.0.0', counter: 3, digest: digest('a'.repeat(64)) } };
const device: Pick<Device, 'status' | 'type' | 'current' | 'attributes' | 'tags'> = {
  status: 'accepted',
  type: deviceType('r1'),
  current,
  attributes: { country: 'DE' },
  tags: {},
};

describe('what a device runs', () => {
  it('is what it says, with the country that operators say before the one that it says itself', () => {
    assert.deepEqual(runningOf(device), [
      { component: rootfs, digest: 'a'.repeat(64), counter: 3, type: 'r1', country: 'DE' },
    ]);
    assert.equal(runningOf({ ...device, tags: { country: 'FR' } })[0]?.country, 'FR');
    assert.equal(runningOf({ ...device, attributes: {} })[0]?.country, null);
  });

  it('counts for devices that were let in, in quarantine too, and for no other', () => {
    const counted = (['pending', 'accepted', 'quarantined', 'rejected'] as const).map(
      (status) => runningOf({ ...device, status }).length,
    );
    assert.deepEqual(counted, [0, 1, 1, 0]);
  });
});
