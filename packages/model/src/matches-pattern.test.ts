import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { matchesAny, matchesPattern } from './matches-pattern.ts';

test('a pattern is anchored at both ends and means every character but * literally', () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['refs/heads/main', 'refs/heads/main', true],
    ['refs/heads/main', 'refs/heads/main2', false],
    ['refs/heads/main', 'xrefs/heads/main', false],
    ['refs/tags/v*', 'refs/tags/v1.2', true],
    ['refs/tags/v*', 'refs/tags/v', true],
    ['refs/tags/v*', 'refs/tags/w1', false],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-c', false],
    ['a*a', 'a', false],
    ['a*ab*b', 'aab', false],
    ['*', '', true],
    ['a.b', 'axb', false],
    ['(x+)+$', '(x+)+$', true],
  ];
  for (const [pattern, text, expected] of cases)
    assert.equal(matchesPattern(pattern, text), expected, `${pattern} ${text}`);
  assert.equal(matchesAny(['a', 'b*'], 'bc'), true);
  assert.equal(matchesAny([], ''), false);
});

test('it says what the same regular expression says', () => {
  const piece = fc.array(fc.constantFrom('a', 'b', '*'), { maxLength: 8 }).map((parts) => parts.join(''));
  const text = fc.array(fc.constantFrom('a', 'b'), { maxLength: 10 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(piece, text, (pattern, value) => {
      const expected = new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(value);
      assert.equal(matchesPattern(pattern, value), expected);
    }),
  );
});
