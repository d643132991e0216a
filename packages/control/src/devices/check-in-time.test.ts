import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { nextCheckInSeconds } from './check-in-time.ts';

test('a device is told to come back between half an interval and one and a half from now', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.integer({ min: 2_000, max: 86_400_000 }),
      fc.nat(2 ** 41),
      (device, intervalMs, now) => {
        const seconds = nextCheckInSeconds(device, { intervalMs, isActive: false, now });
        assert.ok(seconds >= 1 && seconds >= Math.floor(intervalMs / 2_000) - 1, String(seconds));
        assert.ok(seconds <= Math.ceil((intervalMs * 1.5) / 1_000) + 1, String(seconds));
      },
    ),
  );
});

test('devices that all call in the same second after an outage are spread over the interval again', () => {
  const slots = new Map<number, number>();
  for (let i = 0; i < 10_000; i++) {
    const seconds = nextCheckInSeconds(`device-${i}`, { intervalMs: 300_000, isActive: false, now: 1_000_000_000 });
    slots.set(seconds, (slots.get(seconds) ?? 0) + 1);
  }
  // 10,000 devices over 300 s are 33 a second; needs §5.10 allows twice the steady load at the peak.
  assert.ok(Math.max(...slots.values()) <= 67, String(Math.max(...slots.values())));
});

test('a device with something under way comes back within a minute and a half', () => {
  assert.ok(nextCheckInSeconds('d', { intervalMs: 86_400_000, isActive: true, now: 5 }) <= 91);
});
