import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { readImports } from './check-floors.ts';
import { checkImports } from './check-imports.ts';
import { layTree, packageJson } from './small-tree.ts';

async function messages(t: TestContext, files: Readonly<Record<string, string>>): Promise<string> {
  const root = layTree(t, {
    'packages/model/package.json': packageJson('model'),
    'packages/model/src/index.ts': "import './parts/one.ts';\n",
    'packages/model/src/parts/one.ts': 'export const one = 1;\n',
    'node_modules/left/package.json': JSON.stringify({ name: 'left', version: '1.0.0', main: 'index.js' }),
    'node_modules/left/index.js': 'module.exports = 1;\n',
    ...files,
  });
  return checkImports(root, await readImports(root))
    .map(({ file, message }) => `${file} ${message}`)
    .join('\n');
}

test('a package that imports what it declares has no findings', async (t) => {
  const found = await messages(t, {
    'packages/trust/package.json': packageJson('trust', { '@fettle/model': '0.1.0', left: '1.0.0' }),
    'packages/trust/src/index.ts': "import 'left';\nimport '@fettle/model';\nimport 'node:zlib';\n",
  });
  assert.equal(found, '');
});

test('an import that only hoisting makes work is found', async (t) => {
  const found = await messages(t, {
    'packages/trust/package.json': packageJson('trust'),
    'packages/trust/src/index.ts': "import 'left';\nimport '@fettle/model';\n",
  });
  assert.match(found, /imports left, which packages\/trust\/package\.json does not name/);
  assert.match(found, /imports @fettle\/model, which/);
});

test('a declared dependency that nothing imports is found', async (t) => {
  const found = await messages(t, {
    'packages/trust/package.json': packageJson('trust', { left: '1.0.0' }),
    'packages/trust/src/index.ts': 'export const two = 2;\n',
  });
  assert.match(found, /names left, which no file of the package imports/);
});

test('reaching into another package by path is found', async (t) => {
  const found = await messages(t, {
    'packages/trust/package.json': packageJson('trust'),
    'packages/trust/src/index.ts': "import '../../model/src/parts/one.ts';\n",
  });
  assert.match(found, /reaches into packages\/model\/src\/parts\/one\.ts/);
});

test('tests of the whole house use any package, but only declared tools', async (t) => {
  const found = await messages(t, { 'test/a.test.ts': "import '@fettle/model';\nimport 'left';\n" });
  assert.equal(found, 'test/a.test.ts imports left, which package.json does not name: add it there.');
});
