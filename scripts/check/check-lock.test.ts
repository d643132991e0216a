import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { checkLock } from './check-lock.ts';
import { layTree, packageJson } from './small-tree.ts';

const model = { 'packages/model/package.json': packageJson('model', { semver: '7.8.6' }) };
const locked = { 'packages/model': { dependencies: { semver: '7.8.6' } }, 'node_modules/semver': {} };

function messages(t: TestContext, packages: object): string[] {
  const root = layTree(t, { ...model, 'package-lock.json': JSON.stringify({ packages: { '': {}, ...packages } }) });
  return checkLock(root).map(({ message }) => message);
}

test('a lock file that says what the packages say has no findings', (t) => {
  assert.deepEqual(messages(t, locked), []);
});

test('a lock file that is older than a package.json is found', (t) => {
  const found = messages(t, { ...locked, 'packages/model': { dependencies: { semver: '7.8.5' } } });
  assert.deepEqual(found, ['is older than packages/model/package.json: run npm install.']);
});

test('a platform package that is not locked is found, wherever it may stand', (t) => {
  const optionalDependencies = { 'tool-arm': '1.0.0', 'tool-x64': '1.0.0' };
  const tool = { ...locked, 'node_modules/a/node_modules/tool': { optionalDependencies } };
  const found = messages(t, {
    ...tool,
    'node_modules/tool-arm': {},
    'node_modules/a/node_modules/tool/node_modules/tool-x64': {},
  });
  assert.deepEqual(found, []);
  assert.match(messages(t, { ...tool, 'node_modules/tool-arm': {} }).join(), /^lacks tool-x64, which node_modules\/a/);
});
