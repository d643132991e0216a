import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseInstant } from './instant.ts';

const read = (text: string) => new Date(parseInstant(text, '--from')).toISOString();

test('times are read with an offset or with the zone whose clocks show them', () => {
  assert.equal(read('2026-12-01T02:00:00Z'), '2026-12-01T02:00:00.000Z');
  assert.equal(read('2026-12-01T02:00+05:30'), '2026-11-30T20:30:00.000Z');
  assert.equal(read('2026-12-01 02:00 Europe/Berlin'), '2026-12-01T01:00:00.000Z');
  assert.equal(read('2026-07-01 America/New_York'), '2026-07-01T04:00:00.000Z');
  assert.equal(read('2026-03-29 02:30 Europe/Berlin'), '2026-03-29T01:00:00.000Z');
});

test('a time without a zone, on a day that does not exist, or no time at all is refused', () => {
  const texts = [
    '2026-12-01 02:00',
    '2026-02-30T00:00:00Z',
    '2026-12-01 25:00 UTC',
    '2026-12-01 02:00 Mars/Base',
    'soon',
  ];
  for (const text of texts) {
    assert.throws(
      () => parseInstant(text, '--from'),
      { code: 'invalid-input', message: /^--from: expected a time/ },
      text,
    );
  }
});
