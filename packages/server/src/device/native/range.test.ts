import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { namesTag, wantedRange } from './range.ts';

const rows: readonly [header: string | undefined, size: number, wanted: string][] = [
  [undefined, 10, 'whole'],
  ['bytes=0-4', 10, '0-4'],
  ['bytes=5-', 10, '5-9'],
  ['bytes=-3', 10, '7-9'],
  ['bytes=-30', 10, '0-9'],
  ['bytes=0-99', 10, '0-9'],
  ['bytes=9-9', 10, '9-9'],
  ['bytes=10-', 10, 'unsatisfiable'],
  ['bytes=10-12', 10, 'unsatisfiable'],
  ['bytes=-0', 10, 'unsatisfiable'],
  ['bytes=5-2', 10, 'whole'],
  ['bytes=0-1,3-4', 10, 'whole'],
  ['bytes=-', 10, 'whole'],
  ['lines=0-1', 10, 'whole'],
  ['bytes=a-b', 10, 'whole'],
  ['bytes=1e3-', 10, 'whole'],
  ['bytes=99999999999999999999-', 10, 'whole'],
];

for (const [header, size, expected] of rows) {
  test(`Range ${header ?? '(none)'} of ${size} bytes is ${expected}`, () => {
    const found = wantedRange(header, size);
    assert.equal(found.kind === 'part' ? `${found.start}-${found.end}` : found.kind, expected);
  });
}

test('a part is never empty and never outside the artifact, whatever the header says', () => {
  const header = fc.oneof(
    fc.string(),
    fc.tuple(fc.nat(), fc.nat()).map(([a, b]) => `bytes=${a}-${b}`),
  );
  fc.assert(
    fc.property(header, fc.integer({ min: 1, max: 2 ** 40 }), (text, size) => {
      const found = wantedRange(text, size);
      if (found.kind !== 'part') return;
      assert.ok(found.start >= 0 && found.start <= found.end && found.end < size);
    }),
  );
});

test('entity tags are compared strongly or weakly as asked', () => {
  assert.ok(namesTag('"b", "a"', '"a"', 'strong'));
  assert.ok(namesTag('*', '"a"', 'strong'));
  assert.ok(namesTag('W/"a"', '"a"', 'weak'));
  assert.ok(!namesTag('W/"a"', '"a"', 'strong'));
  assert.ok(!namesTag('"b"', '"a"', 'weak'));
});
