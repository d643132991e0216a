import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { checkTests } from './check-tests.ts';
import { layTree } from './small-tree.ts';

function messages(t: TestContext, text: string): string[] {
  return checkTests(layTree(t, { 'packages/model/src/a.test.ts': text })).map(({ message }) => message);
}

test('tests with sentences for names have no findings', (t) => {
  const text = "test('a name is a sentence', () => {});\ndescribe('names', () => it(`holds in templates too`));\n";
  assert.deepEqual(messages(t, text), []);
});

test('a test that leaves others or itself out is found', (t) => {
  for (const call of ['test.only', 'test.skip', 'it.todo', 'describe.only']) {
    const [message] = messages(t, `test('this one is fine', f);\n${call}('a name in words', f);\n`);
    assert.match(message ?? '', /leaves tests out/, call);
  }
});

test('an option that always leaves a test out is found, a condition is not', (t) => {
  assert.match(messages(t, "test('a name in words', { skip: true }, f);")[0] ?? '', /leaves this test out/);
  assert.match(messages(t, "test('a name in words', { todo: 'later' }, f);")[0] ?? '', /leaves this test out/);
  assert.deepEqual(messages(t, "test('a name in words', { skip: !installed }, f);"), []);
});

test('a name that is no sentence is found', (t) => {
  assert.match(messages(t, "test('works', f);")[0] ?? '', /is no sentence/);
});

test('a test file without a test is found', (t) => {
  assert.deepEqual(messages(t, 'export {};\n'), ['has no test: write one or remove the file.']);
});
