import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulateHerd } from './herd.ts';

const minute = 60_000;
const fleet = { devices: 20_000, intervalMs: 10 * minute, outageMs: 30 * minute, seed: '1' };

test('devices that keep their slots come back as they left', () => {
  const herd = simulateHerd({ ...fleet, waitAfterFailure: ({ toldMs }) => toldMs ?? minute });
  assert.ok(herd.peakRatio < 2, String(herd.peakRatio));
  assert.ok(herd.allBackMs <= 1.5 * fleet.intervalMs, String(herd.allBackMs));
});

test('devices that all ask again every few seconds are a herd, and seen as one', () => {
  const herd = simulateHerd({ ...fleet, waitAfterFailure: (_, random) => 1_000 + random() * 9_000 });
  assert.ok(herd.peakRatio > 20, String(herd.peakRatio));
});

test('the same seed gives the same herd', () => {
  const once = () => simulateHerd({ ...fleet, waitAfterFailure: (_, random) => random() * minute });
  assert.deepEqual(once(), once());
});
