import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { checkGlobals } from './check-globals.ts';
import { layTree } from './small-tree.ts';

function lines(t: TestContext, file: string, text: string): (number | undefined)[] {
  return checkGlobals(layTree(t, { [file]: text })).map(({ line }) => line);
}

const impure = [
  'export const a = Date.now();',
  'export const b = new Date();',
  'export const c = Math.random();',
  'export const d = () => setTimeout(() => 1, 10);',
  'export const e = process.argv;',
  'export const f = { process };',
  'export const g = () => console.log(1);',
  'export const h = crypto.randomUUID();',
  'export const i = () => fetch(String(1));',
  'export const j = performance.now();',
];

for (const statement of impure) {
  test(`a pure package with "${statement}" is found`, (t) => {
    assert.deepEqual(lines(t, 'packages/control/src/a.ts', `\n${statement}\n`), [2]);
  });
}

test('words that only look like impure globals are no findings', (t) => {
  const text = [
    '// process.env and Date.now() in a comment',
    "export const text = 'process.env';",
    'export const at = (now: number) => new Date(now);',
    'export const run = (process: { kill(): void }) => process.kill();',
    'export const value = { process: 1, fetch: 2 };',
    'export const read = (o: { fetch: number }) => o.fetch;',
    'export interface Clock { performance: number; setTimeout(): void }',
  ].join('\n');
  assert.deepEqual(lines(t, 'packages/model/src/a.ts', text), []);
});

test('the test of a pure package may use the clock', (t) => {
  assert.deepEqual(lines(t, 'packages/model/src/a.test.ts', 'Date.now();'), []);
});

test('only config.ts of a door reads the environment', (t) => {
  const text = "const a = process.env.HOME;\nconst b = process['env'];\nimport { env } from 'node:process';\n";
  assert.deepEqual(lines(t, 'packages/server/src/config.ts', text), []);
  assert.deepEqual(lines(t, 'packages/server/src/main.ts', text), [1, 2, 3]);
});
