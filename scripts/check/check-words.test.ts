import assert from 'node:assert/strict';
import test from 'node:test';
import { checkWords } from './check-words.ts';
import { layTree } from './small-tree.ts';

// Put together here, so that this file does not break the rule that it tests.
const seeded = [
  ['later', 'a.ts', `// ${'TO'}DO: more`],
  ['a broken thing', 'a.ts', `// ${'FIX'}ME`],
  ['a path of one machine', 'docs/a.md', `see ${'/wo'}rk/main/x`],
  ['a home folder', 'a.sh', `cd ${'/ho'}me/anna/src`],
  ['a package registry', '.npmrc', `@x:${'registry'}.example.org=1`],
  ['a registry in the lock file', 'package-lock.json', `"reso${'lved'}": "https://a.example/b.tgz"`],
  ['a loose type', 'a.ts', `let a:${' any'};`],
  ['a loose cast', 'a.ts', `b as${' any'};`],
  ['a silenced compiler', 'a.ts', `// @ts-${'ignore'}`],
] as const;

for (const [what, file, text] of seeded) {
  test(`${what} is found in ${file}`, (t) => {
    assert.deepEqual(
      checkWords(layTree(t, { [file]: `\n${text}\n` })).map((found) => [found.file, found.line]),
      [[file, 2]],
    );
  });
}

test('harmless text is left alone', (t) => {
  const text = 'If any: many of them, in a workshop at ./work/a or $HOME/work/a. https://example.org/root/a\n';
  assert.deepEqual(checkWords(layTree(t, { 'a.md': text, 'a.ts': `// ${text}` })), []);
});

test('what is installed or built is not searched', (t) => {
  assert.deepEqual(checkWords(layTree(t, { 'node_modules/a/a.md': `${'TO'}DO`, 'dist/a.md': `${'TO'}DO` })), []);
});
