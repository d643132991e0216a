import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstInstantAt, isZone, localAt } from './zone.ts';

const utc = (text: string) => Date.parse(`${text}Z`);
const first = (zone: string, local: string) => new Date(firstInstantAt(zone, utc(local))).toISOString();

test('a zone is one of the IANA database, and nothing that only looks like one', () => {
  for (const zone of ['UTC', 'Europe/Berlin', 'America/Argentina/Buenos_Aires', 'Etc/GMT+12']) {
    assert.equal(isZone(zone), true, zone);
  }
  for (const zone of ['', 'site', 'Mars/Base', '+02:00', '../etc', `Europe/${'B'.repeat(100)}`]) {
    assert.equal(isZone(zone), false, zone);
  }
});

test('a name that is no zone is an error of the caller', () => {
  assert.throws(() => localAt('Mars/Base', 0), RangeError);
  assert.throws(() => firstInstantAt('Mars/Base', 0), RangeError);
});

test('local clocks show what they show', () => {
  const shown = (zone: string, at: string) => new Date(localAt(zone, utc(at))).toISOString().slice(0, 16);
  assert.equal(shown('Europe/Berlin', '2026-07-01T00:00'), '2026-07-01T02:00');
  assert.equal(shown('America/St_Johns', '2026-01-01T00:00'), '2025-12-31T20:30');
  assert.equal(shown('Pacific/Kiritimati', '2026-01-01T12:00'), '2026-01-02T02:00');
});

test('a time that exists once is that instant, to the millisecond', () => {
  assert.equal(first('Europe/Berlin', '2026-01-15T02:30:00.250'), '2026-01-15T01:30:00.250Z');
  assert.equal(first('Asia/Kathmandu', '2026-01-15T02:30'), '2026-01-14T20:45:00.000Z');
});

test('a time that does not exist is the end of the gap', () => {
  assert.equal(first('Europe/Berlin', '2026-03-29T02:30'), '2026-03-29T01:00:00.000Z');
  assert.equal(first('Australia/Lord_Howe', '2026-10-04T02:15'), '2026-10-03T15:30:00.000Z');
  assert.equal(first('America/Sao_Paulo', '2018-11-04T00:00'), '2018-11-04T03:00:00.000Z');
});

test('a time of a day that a zone left out is the start of the next', () => {
  assert.equal(first('Pacific/Apia', '2011-12-30T12:00'), '2011-12-30T10:00:00.000Z');
});

test('a time that exists twice is the earlier of the two', () => {
  assert.equal(first('Europe/Berlin', '2026-10-25T02:30'), '2026-10-25T00:30:00.000Z');
  assert.equal(first('Australia/Lord_Howe', '2026-04-05T01:45'), '2026-04-04T14:45:00.000Z');
});

test('changes of the offset at the turn of a year are found', () => {
  assert.equal(first('Asia/Pyongyang', '2018-05-04T23:45'), '2018-05-04T15:00:00.000Z');
  assert.equal(first('Pacific/Apia', '2012-01-01T00:00'), '2011-12-31T10:00:00.000Z');
});

test('every zone: what was shown first leads back to where it was shown, and never runs backwards', () => {
  for (const zone of Intl.supportedValuesOf('timeZone')) {
    let before = Number.NEGATIVE_INFINITY;
    for (let at = utc('2026-01-03T00:00'); at < utc('2026-12-28T00:00'); at += 23 * 3_600_000 + 1_234_567) {
      const back = firstInstantAt(zone, localAt(zone, at));
      // The earlier of two when clocks went back in between, at most by the largest fold.
      assert.ok(
        back === at || (back < at && at - back <= 2 * 3_600_000 && localAt(zone, back) === localAt(zone, at)),
        zone,
      );
      assert.ok(back >= before, zone);
      before = back;
    }
  }
});
