import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LiteralSearch } from './literal-search.ts';

const find = (literals: readonly string[], text: string, range = { from: 0, to: text.length }) => {
  const search = new LiteralSearch(literals.map((literal) => ({ bytes: Buffer.from(literal), tag: literal })));
  const found: string[] = [];
  search.find(Buffer.from(text), range, (tag, at) => {
    found.push(`${tag}@${at}`);
    return undefined;
  });
  return found.sort();
};

test('every occurrence of every literal is found, as a plain search finds it', () => {
  const letters = (min: number, max: number) =>
    fc.string({ unit: fc.constantFrom('a', 'b', '-'), minLength: min, maxLength: max });
  fc.assert(
    fc.property(fc.uniqueArray(letters(4, 9), { maxLength: 8 }), letters(0, 300), (literals, text) => {
      const expected = literals.flatMap((literal) =>
        [...text].flatMap((_, at) => (text.startsWith(literal, at) ? [`${literal}@${at}`] : [])),
      );
      assert.deepEqual(find(literals, text), expected.sort());
    }),
  );
});

test('two ranges that share three bytes find what one range finds, each literal once', () => {
  fc.assert(
    fc.property(fc.nat(60), (border) => {
      const text = 'ghp_ token ghp_ AKIA----BEGIN ghp_ghp_ AKIAghp_ BEGIN AKIA ghp_';
      const literals = ['ghp_', 'AKIA', '-BEGIN '];
      const parts = [
        ...find(literals, text, { from: 0, to: border + 3 }),
        ...find(literals, text, { from: border, to: text.length }),
      ];
      assert.deepEqual(parts.sort(), find(literals, text));
    }),
  );
});

test('the search goes on behind what was read', () => {
  const search = new LiteralSearch([{ bytes: Buffer.from('ghp_'), tag: 1 }]);
  const found: number[] = [];
  search.find(Buffer.from('ghp_ghp_ghp_'), { from: 0, to: 12 }, (_, at) => {
    found.push(at);
    return at + 8;
  });
  assert.deepEqual(found, [0, 8]);
});
