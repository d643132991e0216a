import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type FilterSubject, matchesFilter, parseFilter } from './group.ts';
import { deviceId, deviceType } from './ids.ts';

const router: FilterSubject = {
  id: deviceId('r-1'),
  type: deviceType('router'),
  attributes: { site: 'berlin', ports: 4 },
  tags: { ring: 'early', note: 'say "hi"' },
};

function selects(text: string): boolean {
  const parsed = parseFilter(text);
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.message);
  return matchesFilter(parsed.filter, router);
}

test('an empty filter selects every device', () => {
  assert.ok(selects(''));
  assert.ok(selects('  '));
});

test('terms compare type, id, tags and attributes, and all must hold', () => {
  assert.ok(selects('type == "router" && tag.ring == "early"'));
  assert.ok(selects('attribute.ports == "4" && id == "r-1"'));
  assert.ok(selects('tag.note == "say \\"hi\\""'));
  assert.ok(!selects('type == "router" && tag.ring == "late"'));
});

test('an absent key equals no text', () => {
  assert.ok(!selects('tag.none == ""'));
  assert.ok(selects('tag.none != "x"'));
  assert.ok(selects('tag.constructor != "x"'));
  assert.ok(!selects('tag.toString == "x"'));
});

for (const [text, position] of [
  ['type = "router"', 0],
  ['type == "router" &&', 19],
  ['type == "router" || id == "x"', 17],
  ['colour == "red"', 0],
] as const) {
  test(`a bad expression is refused with its position: ${text}`, () => {
    const parsed = parseFilter(text);
    assert.equal(parsed.ok, false);
    assert.equal(parsed.ok ? -1 : parsed.position, position);
  });
}

test('any text is parsed or refused, never thrown at', () => {
  fc.assert(fc.property(fc.string(), (text) => typeof parseFilter(text).ok === 'boolean'));
});
