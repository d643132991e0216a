import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FettleError } from '@fettle/model';
import fc from 'fast-check';
import { canonicalText, encodeCanonical, isCanonicalKey, isCanonicalString, type JsonValue } from './canonical.ts';
import { parsePayload } from './parse-signed.ts';

const seeded = { seed: 20_263, numRuns: 300 };
const text = fc.string({ unit: 'grapheme' }).filter(isCanonicalString);
const key = fc.stringMatching(/^[A-Za-z0-9._/-]{1,12}$/).filter(isCanonicalKey);
const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(
      fc.constant(null),
      fc.boolean(),
      fc.maxSafeInteger().map((n) => n + 0),
      text,
    ),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

test('members are sorted, nothing is written that is not needed, only quote and backslash are escaped', () => {
  const given = { b: [1, -2, true, null], a: { 'x/y': 'é "q" \\ \n', B: '' } };
  assert.equal(canonicalText(given), '{"a":{"B":"","x/y":"é \\"q\\" \\\\ \n"},"b":[1,-2,true,null]}');
});

test('what encoders disagree about is refused', () => {
  const deep = (levels: number): JsonValue => (levels === 0 ? 1 : [deep(levels - 1)]);
  const refused: readonly JsonValue[] = [
    1.5,
    -0,
    2 ** 53,
    1e21,
    Number.NaN,
    'tab\there',
    'bell\u0007',
    'e\u0301',
    '\ud800',
    { 'with space': 1 },
    { '': 1 },
    { ü: 1 },
    JSON.parse('{"__proto__":1}') as JsonValue,
    deep(17),
  ];
  for (const given of refused) {
    assert.throws(
      () => encodeCanonical(given),
      (error) => error instanceof FettleError && error.code === 'invalid-input',
    );
  }
  assert.equal(canonicalText(deep(16)), `${'['.repeat(16)}1${']'.repeat(16)}`);
});

test('what was encoded is read back the same, whatever it is', () => {
  fc.assert(
    fc.property(fc.dictionary(key, value, { maxKeys: 4, noNullPrototype: true }), (given) => {
      const bytes = encodeCanonical(given);
      const read = parsePayload(bytes, 1_000_000);
      assert.deepEqual(read, given);
      assert.deepEqual(encodeCanonical(read), bytes);
    }),
    seeded,
  );
});
