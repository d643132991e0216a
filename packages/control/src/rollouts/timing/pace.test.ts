import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Rate } from '@fettle/model';
import fc from 'fast-check';
import { allowance, bytesAllowance, minutesNeeded, perMinuteOf, type Start } from './pace.ts';

const minute = 60_000;
const constant = (perMinute: number): Rate => ({ kind: 'constant', perMinute });
const growing: Rate = { kind: 'exponential', basePerMinute: 10, factor: 2, everySucceeded: 50, mostPerMinute: 60 };
const starts = (...counts: readonly (readonly [minute: number, devices: number])[]): Start[] =>
  counts.map(([at, devices]) => ({ minute: at, devices, bytes: 0 }));

test('an exponential rate grows with what succeeded, up to its most', () => {
  const rates = [0, 49, 50, 99, 100, 149, 150, 1e9].map((succeeded) => perMinuteOf(growing, succeeded));
  assert.deepEqual(rates, [10, 10, 20, 20, 40, 40, 60, 60]);
  assert.equal(perMinuteOf(constant(7), 1e9), 7);
});

test('a fresh minute allows one minute of devices, however long nothing was started', () => {
  assert.deepEqual(allowance(constant(10), [], 0, 5 * minute), { allowed: 10, nextAt: 5 * minute });
  assert.deepEqual(allowance(constant(10), starts([1, 10]), 0, 90 * minute), { allowed: 10, nextAt: 90 * minute });
  assert.equal(allowance(growing, starts([89, 40]), 50, 90 * minute).allowed, 0);
});

test('what a minute started counts less and less in the next one', () => {
  const before = starts([4, 10]);
  const allowed = [0, 0.1, 0.25, 0.5, 0.875].map(
    (elapsed) => allowance(constant(10), before, 0, (5 + elapsed) * minute).allowed,
  );
  assert.deepEqual(allowed, [0, 1, 3, 5, 9]);
});

test('when nothing is allowed it says when something is', () => {
  const full = allowance(constant(10), starts([5, 10]), 0, 5.2 * minute);
  assert.deepEqual(full, { allowed: 0, nextAt: 6 * minute });
  const fading = allowance(constant(10), starts([4, 10], [5, 3]), 0, 5.2 * minute);
  assert.equal(fading.allowed, 0);
  assert.equal(allowance(constant(10), starts([4, 10], [5, 3]), 0, fading.nextAt).allowed, 1);
  assert.equal(allowance(constant(10), starts([4, 10], [5, 3]), 0, fading.nextAt - 2).allowed, 0);
});

test('below one a minute there is one in so many minutes', () => {
  const rare = constant(0.25);
  assert.equal(allowance(rare, [], 0, 8 * minute).allowed, 1);
  assert.deepEqual(allowance(rare, starts([8, 1]), 0, 9 * minute), { allowed: 0, nextAt: 12 * minute });
  assert.equal(minutesNeeded(rare), 8);
  assert.equal(minutesNeeded(growing), 2);
});

test('a clock that jumps back finds what it gave, and gives no more', () => {
  const given = starts([100, 10]);
  for (const now of [40, 99, 99.9, 100, 100.5]) {
    assert.equal(allowance(constant(10), given, 0, now * minute).allowed, 0, String(now));
  }
});

const script = fc.record({
  perMinute: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.double({ min: 0.1, max: 5, noNaN: true })),
  /** Steps of time between asks in seconds, and how many want to start then. */
  asks: fc.array(fc.tuple(fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 900 })), fc.nat(60)), {
    maxLength: 80,
  }),
});

test('property: never two minutes of devices in one, never more than the rate in the long run, and no stretch of time is skipped', () => {
  fc.assert(
    fc.property(script, ({ perMinute, asks }) => {
      const rate = constant(perMinute);
      const stretch = Math.max(1, Math.ceil(1 / perMinute));
      const given: { at: number; devices: number }[] = [];
      const log: Start[] = [];
      let now = 1_000 * minute;
      for (const [seconds, wanted] of asks) {
        now += seconds * 1_000;
        const { allowed, nextAt } = allowance(rate, log, 0, now);
        if (allowed === 0) {
          assert.ok(nextAt > now && nextAt <= now + 2 * stretch * minute);
          // Nothing before that time, as long as nobody starts.
          assert.equal(allowance(rate, log, 0, (now + nextAt - 1) / 2).allowed, 0);
        }
        const devices = Math.min(allowed, wanted);
        given.push({ at: now, devices });
        log.push({ minute: Math.floor(now / minute), devices, bytes: 0 });
      }
      const within = (from: number, until: number) =>
        given.reduce((sum, { at, devices }) => (at >= from && at < until ? sum + devices : sum), 0);
      const most = perMinute * stretch;
      for (const { at } of given) {
        assert.ok(within(at, at + stretch * minute) <= 2 * most + 1e-6);
        assert.ok(within(at, at + 1) <= most + 1e-6, 'a burst is one minute of devices');
        const long = 20 * stretch;
        assert.ok(within(at, at + long * minute) <= perMinute * (long + 2 * stretch) + 1e-6);
      }
    }),
    { numRuns: 300 },
  );
});

test('a rate that is always wanted is used up', () => {
  for (const perMinute of [0.3, 1, 2.5, 10, 250]) {
    const log: Start[] = [];
    let sum = 0;
    for (let second = 0; second < 3_600; second += 1) {
      const { allowed } = allowance(constant(perMinute), log, 0, second * 1_000);
      if (allowed > 0) log.push({ minute: Math.floor(second / 60), devices: allowed, bytes: 0 });
      sum += allowed;
    }
    assert.ok(sum >= perMinute * 60 * 0.75 && sum <= perMinute * 62 + 1, `${perMinute}: ${sum}`);
  }
});

const sent = (...counts: readonly (readonly [minute: number, bytes: number])[]): Start[] =>
  counts.map(([at, bytes]) => ({ minute: at, devices: 1, bytes }));

test('bytes of an hour are spent until the minutes that spent them are an hour old', () => {
  const log = sent([100, 400], [110, 500]);
  assert.deepEqual(bytesAllowance(1_000, log, 100, 120 * minute), { allowed: true, used: 900, nextAt: 120 * minute });
  assert.deepEqual(bytesAllowance(1_000, log, 101, 120 * minute), { allowed: false, used: 900, nextAt: 160 * minute });
  assert.deepEqual(bytesAllowance(1_000, log, 600, 120 * minute), { allowed: false, used: 900, nextAt: 170 * minute });
  assert.deepEqual(bytesAllowance(1_000, log, 600, 170 * minute), { allowed: true, used: 0, nextAt: 170 * minute });
});

test('a release larger than the budget goes to one device when nothing else was sent', () => {
  assert.equal(bytesAllowance(1_000, [], 5_000, 0).allowed, true);
  const next = bytesAllowance(1_000, sent([100, 5_000]), 5_000, 130 * minute);
  assert.deepEqual(next, { allowed: false, used: 5_000, nextAt: 160 * minute });
});
