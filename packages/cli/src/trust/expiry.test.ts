import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Expiring, expiryLevels, expiryRows, isWithin, levelOf } from './expiry.ts';

const day = 86_400_000;
const now = 1_800_000_000_000;
const thing = (change: Partial<Expiring>): Expiring => ({
  what: 'image root',
  expiresAt: now,
  lifeMs: undefined,
  fleets: [],
  next: 'fettle root rotate',
  ...change,
});

test('what people renew is warned of 30, 14 and 3 days ahead', () => {
  const days = [31, 30, 15, 14, 4, 3, 0.1, 0, -1];
  assert.deepEqual(
    days.map((count) => levelOf({ expiresAt: now + count * day, lifeMs: undefined }, now)),
    ['fine', 'ahead', 'ahead', 'soon', 'soon', 'now', 'now', 'expired', 'expired'],
  );
});

test('what the signer renews is a matter for people only when it was not renewed', () => {
  const lifeMs = day;
  const at = (hours: number) => levelOf({ expiresAt: now + hours * 3_600_000, lifeMs }, now);
  assert.deepEqual([at(23), at(9), at(7), at(0)], ['fine', 'fine', 'now', 'expired']);
});

test('rows come nearest first, and count the devices that would be stranded', () => {
  const devices = new Map([
    ['hubs', 5],
    ['meters', 7],
  ]);
  const rows = expiryRows(
    [
      thing({ expiresAt: now + 40 * day, fleets: ['hubs', 'meters'] }),
      thing({ expiresAt: now + 2 * day, fleets: ['meters', 'gone'] }),
    ],
    devices,
    now,
  );
  assert.deepEqual(
    rows.map((row) => [row.level, row.devices, isWithin(row, 30 * day, now)]),
    [
      ['now', 7, true],
      ['fine', 12, false],
    ],
  );
});

test('less time left is never a milder level', () => {
  const rank = (expiresAt: number, lifeMs: number | undefined) =>
    expiryLevels.indexOf(levelOf({ expiresAt, lifeMs }, now));
  const left = fc.integer({ min: -40 * day, max: 40 * day });
  fc.assert(
    fc.property(left, left, fc.option(fc.integer({ min: 1, max: 9 * day }), { nil: undefined }), (a, b, lifeMs) => {
      const [less, more] = a < b ? [a, b] : [b, a];
      return rank(now + less, lifeMs) >= rank(now + more, lifeMs);
    }),
  );
});
