import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isInWindow } from './windows.ts';

const hour = 3_600_000;
const window = (cron: string, hours: number, zone = 'site') => ({ cron, durationMs: hours * hour, zone });

test('a window opens on the clocks of its zone and stays open for its time', () => {
  const nightly = window('0 2 * * *', 3);
  assert.equal(isInWindow(nightly, 'Asia/Kolkata', Date.parse('2027-03-01T20:30:00Z')), true);
  assert.equal(isInWindow(nightly, 'Asia/Kolkata', Date.parse('2027-03-01T23:30:00Z')), false);
  assert.equal(isInWindow(nightly, 'UTC', Date.parse('2027-03-01T01:59:59Z')), false);
});

test('the hour that is shown twice lengthens no window, and the one left out shortens none', () => {
  const nightly = window('0 1 * * *', 4, 'Europe/Berlin');
  // 2027-03-28: 02:00 becomes 03:00. Open from 00:00Z for four hours.
  assert.equal(isInWindow(nightly, '', Date.parse('2027-03-28T03:59:00Z')), true);
  assert.equal(isInWindow(nightly, '', Date.parse('2027-03-28T04:01:00Z')), false);
  // 2027-10-31: 03:00 becomes 02:00. Open from 23:00Z for four hours.
  assert.equal(isInWindow(nightly, '', Date.parse('2027-10-31T02:59:00Z')), true);
  assert.equal(isInWindow(nightly, '', Date.parse('2027-10-31T03:01:00Z')), false);
});

test('weekends are no weekdays where the window opens', () => {
  const weekly = window('0 22 * * 1-5', 4, 'UTC');
  assert.equal(isInWindow(weekly, '', Date.parse('2027-03-06T01:00:00Z')), true);
  assert.equal(isInWindow(weekly, '', Date.parse('2027-03-06T23:00:00Z')), false);
});
