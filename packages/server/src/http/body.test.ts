import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bodyText, parseJson } from './body.ts';

test('JSON that is JSON comes through as it is', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 10 }), (value) => {
      const text = JSON.stringify(value);
      fc.pre(!text.includes('__proto__'));
      assert.deepEqual(parseJson(bodyText(Buffer.from(text))), JSON.parse(text));
    }),
  );
});

test('whatever bytes come in, the answer is a value or invalid-input', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      try {
        parseJson(bodyText(Buffer.from(bytes)));
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'invalid-input');
      }
    }),
  );
});

const refused: readonly [what: string, text: string][] = [
  ['17 levels', '['.repeat(17) + ']'.repeat(17)],
  ['a million levels', '['.repeat(1_000_000)],
  ['a prototype key', '{"a":[{"__proto__":1}]}'],
  ['a prototype key in disguise', '{"\\u005f\\u005fproto__":1}'],
  ['half a document', '{"a":'],
  ['nothing', ''],
];
for (const [what, text] of refused) {
  test(`${what} is refused`, () => assert.throws(() => parseJson(text), { code: 'invalid-input' }));
}

test('brackets inside strings are no levels, and a harmless use of the word proto is none', () => {
  const value = { a: '[[[[[[[[[[[[[[[[[[[[[["\\', proto: '__proto__' };
  assert.deepEqual(parseJson(JSON.stringify(value)), value);
});

test('bytes that are not UTF-8 are refused', () => {
  assert.throws(() => bodyText(Buffer.from([0x22, 0xff, 0x22])), { code: 'invalid-input', message: /UTF-8/ });
});
