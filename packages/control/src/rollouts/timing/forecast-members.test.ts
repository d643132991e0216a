import assert from 'node:assert/strict';
import { test } from 'node:test';
import { groupName, type PhaseSize } from '@fettle/model';
import { membersOf } from './forecast-members.ts';

const berlin = groupName('berlin');
const reach = (sizes: readonly PhaseSize[], devices: number, inBerlin = 0) =>
  membersOf(
    { phases: sizes.map((size) => ({ ...planned, size })) },
    { devices, groups: new Map([[berlin, inBerlin]]) },
  );
const planned = {
  name: 'p',
  maxInFlight: 1,
  failureThreshold: { count: 0 },
  successShare: 1,
  minSoakMs: 0,
  promote: 'automatic',
} as const;

test('shares and counts reach as far as they say, and no further than there are devices', () => {
  assert.deepEqual(reach([{ count: 300 }, { share: 0.1 }, { share: 1 }], 10_000), [300, 1_000, 10_000]);
  assert.deepEqual(reach([{ count: 300 }, { share: 1 }], 20), [20, 20]);
  assert.deepEqual(reach([{ share: 0.05 }, { share: 1 }], 12), [1, 12]);
  assert.deepEqual(reach([{ share: 1 }], 0), [0]);
});

test('a group adds its own devices to those that a share has taken already', () => {
  assert.deepEqual(reach([{ group: berlin }, { share: 0.5 }, { share: 1 }], 1_000, 100), [100, 550, 1_000]);
  assert.deepEqual(reach([{ share: 0.5 }, { group: berlin }, { group: berlin }], 1_000, 100), [500, 550, 550]);
});
