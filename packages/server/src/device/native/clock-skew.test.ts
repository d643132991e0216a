import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { clockSkewSeconds, readHttpDate } from './clock-skew.ts';

test('every second that a device can write down is read as it was meant', () => {
  const latest = Date.UTC(9999, 11, 31) / 1_000;
  fc.assert(
    fc.property(fc.integer({ min: 0, max: latest }), (second) => {
      assert.equal(readHttpDate(new Date(second * 1_000).toUTCString()), second * 1_000);
    }),
  );
});

test('what is no date is none', () => {
  const good = 'Sun, 06 Nov 1994 08:49:37 GMT';
  assert.equal(readHttpDate(good), Date.UTC(1994, 10, 6, 8, 49, 37));
  for (const text of [
    '',
    'Sunday, 06-Nov-94 08:49:37 GMT',
    'Sun Nov  6 08:49:37 1994',
    good.replace('Nov', 'ov,'),
    good.replace('Nov', 'nov'),
    good.replace('06', '32'),
    good.replace('08:', '24:'),
    good.replace('49', '4x'),
    good.replace('GMT', 'UTC'),
  ]) {
    assert.equal(readHttpDate(text), undefined, text);
  }
  fc.assert(fc.property(fc.string({ minLength: 29, maxLength: 29 }), (text) => readHttpDate(text) === undefined));
});

test('a clock is off from more than two minutes on, told in whole minutes', () => {
  const now = Date.UTC(2026, 0, 31, 12, 0, 0, 400);
  const at = (seconds: number) => new Date(now + seconds * 1_000).toUTCString();
  assert.equal(clockSkewSeconds(undefined, now), undefined);
  assert.equal(clockSkewSeconds('yesterday', now), undefined);
  for (const seconds of [0, 119, -119]) assert.equal(clockSkewSeconds(at(seconds), now), undefined, `${seconds}`);
  assert.equal(clockSkewSeconds(at(130), now), 120);
  assert.equal(clockSkewSeconds(at(3_600), now), 3_600);
  assert.equal(clockSkewSeconds(at(-7_190), now), -7_200);
  assert.equal(clockSkewSeconds('Thu, 01 Jan 1970 00:03:12 GMT', now), Math.round((192 - now / 1_000) / 60) * 60);
});
