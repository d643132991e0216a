import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isDelegatedRoleName, isPathPattern, isTargetPath, pathMatches } from './paths.ts';

const rows: readonly (readonly [string, string, boolean])[] = [
  ['a/*/*', 'a/b/c.img', true],
  ['a/*/*', 'a/b/c/d.img', false],
  ['a/*/*', 'a/b', false],
  ['a/*', 'ab/c', false],
  ['*', 'a', true],
  ['*', 'a/b', false],
  ['fw-?.bin', 'fw-7.bin', true],
  ['fw-?.bin', 'fw-17.bin', false],
  ['*.img', 'x.img', true],
  ['*.img', 'x.imgx', false],
  ['a*b*c', 'aXbYc', true],
  ['a*b*c', 'acb', false],
  ['**', 'anything', true],
  ['?', '', false],
  ['*', '', true],
  ['{a,b}', 'a', false],
  ['[ab]', 'a', false],
  ['a.c', 'abc', false],
];

for (const [pattern, path, expected] of rows) {
  test(`${pattern} ${expected ? 'covers' : 'does not cover'} "${path}"`, () => {
    assert.equal(pathMatches(pattern, path), expected);
  });
}

test('patterns mean what the same regular expression means', () => {
  const pattern = fc.stringMatching(/^[ab*?/]{1,10}$/);
  const path = fc.stringMatching(/^[ab/]{1,10}$/);
  fc.assert(
    fc.property(pattern, path, (glob, text) => {
      const same = new RegExp(`^${glob.replaceAll('*', '[^/]*').replaceAll('?', '[^/]')}$`).test(text);
      assert.equal(pathMatches(glob, text), same);
    }),
    { seed: 20_267, numRuns: 3_000 },
  );
});

test('a pattern that makes a naive matcher go back for ever is answered', () => {
  assert.equal(pathMatches(`${'a*'.repeat(100)}b`, 'a'.repeat(250)), false);
});

test('paths that climb, are absolute, empty or long are none', () => {
  for (const path of ['a', 'a/b.c', 'a-b/c_d/1.0']) assert.equal(isTargetPath(path), true, path);
  for (const path of ['', '/a', 'a/', 'a//b', '..', 'a/../b', './a', 'a/.', 'a b', 'a*', 'ä', 'a'.repeat(257)]) {
    assert.equal(isTargetPath(path), false, path);
  }
  assert.equal(isPathPattern('a/*/?'), true);
  assert.equal(isPathPattern('{a}'), false);
});

test('a role has a name that can be part of a file name, and not that of a top-level role', () => {
  for (const name of ['fleet', 'fleet-a.1', 'a_b']) assert.equal(isDelegatedRoleName(name), true, name);
  for (const name of ['', 'root', 'targets', 'a/b', '..', '.a', '-a', 'a b', 'x'.repeat(101)]) {
    assert.equal(isDelegatedRoleName(name), false, name);
  }
});
