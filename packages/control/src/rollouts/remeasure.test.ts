import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Phase } from '@fettle/model';
import { sampleRollout } from '../../test/samples.ts';
import { isMeasureDue, remeasureMs } from './remeasure.ts';

const { least, most } = remeasureMs;
const rollout = { ...sampleRollout(2), startedAt: 0 };
const [phase] = rollout.phases;
assert.ok(phase);
const empty: Phase = { ...phase, status: 'open', members: 0, openedAt: 0 };

test('an empty phase is measured again soon after the start, and ever more seldom', () => {
  assert.equal(isMeasureDue(rollout, empty, undefined, least - 1), false);
  assert.equal(isMeasureDue(rollout, empty, undefined, least), true);
  assert.equal(isMeasureDue(rollout, empty, least, 2 * least - 1), false);
  assert.equal(isMeasureDue(rollout, empty, 100 * least, 150 * least - 1), false);
  assert.equal(isMeasureDue(rollout, empty, 100 * least, 150 * least), true);
  assert.equal(isMeasureDue(rollout, empty, 100 * most, 101 * most), true);
});

test('a phase that was never measured is measured at once, and after a clock was set back too', () => {
  assert.equal(isMeasureDue(rollout, { ...empty, status: 'measuring', openedAt: null }, undefined, 1), true);
  assert.equal(isMeasureDue(rollout, empty, 50_000, 40_000), true);
});
