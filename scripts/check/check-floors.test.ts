import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { checkFloors, findUnseen, readImports } from './check-floors.ts';
import { layTree, packageJson } from './small-tree.ts';

const version = '0.1.0';
const sound = {
  'packages/model/package.json': packageJson('model'),
  'packages/model/src/index.ts': 'export const one = 1;\n',
  'packages/trust/package.json': packageJson('trust', { '@fettle/model': version }),
  'packages/trust/src/index.ts':
    "import { createHash } from 'node:crypto';\nexport { one } from '@fettle/model';\nexport { createHash };\n",
  'packages/server/package.json': packageJson('server', { '@fettle/trust': version }),
  'packages/server/src/index.ts': "import '@fettle/trust';\nimport 'node:fs';\nimport './store/sqlite.ts';\n",
  'packages/server/src/store/sqlite.ts': 'export const store = 1;\n',
};

async function messages(t: TestContext, files: Readonly<Record<string, string>>): Promise<string> {
  const root = layTree(t, { ...sound, ...files });
  return checkFloors(root, await readImports(root))
    .map(({ file, message }) => `${file} ${message}`)
    .join('\n');
}

test('a tree that keeps the floors has no findings', async (t) => {
  assert.equal(await messages(t, {}), '');
});

test('an import up the floors is found, also when it is a type only', async (t) => {
  const found = await messages(t, { 'packages/model/src/index.ts': "import type { one } from '@fettle/trust';\n" });
  assert.match(found, /packages\/model\/src\/index\.ts floor-model: imports packages\/trust\/src\/index\.ts/);
});

test('a sideways import that the table does not list is found', async (t) => {
  const found = await messages(t, {
    'packages/agent/package.json': packageJson('agent'),
    'packages/agent/src/index.ts': "import '@fettle/server';\n",
  });
  assert.match(found, /floor-agent/);
});

test('a cycle between two files is found, also when it is made of types', async (t) => {
  const found = await messages(t, {
    'packages/model/src/a.ts': "import type { B } from './b.ts';\nexport type A = B | 1;\n",
    'packages/model/src/b.ts': "import type { A } from './a.ts';\nexport type B = A | 2;\n",
  });
  assert.match(found, /no-cycle/);
});

test('a pure package that opens a file is found, its test may', async (t) => {
  const reads = "import { readFileSync } from 'node:fs';\nexport { readFileSync };\n";
  const found = await messages(t, { 'packages/trust/src/disk.ts': reads, 'packages/trust/src/disk.test.ts': reads });
  assert.match(found, /disk\.ts pure: imports (?:node:)?fs/);
  assert.doesNotMatch(found, /disk\.test\.ts/);
});

test('a room of the server that opens the store by itself is found', async (t) => {
  const found = await messages(t, { 'packages/server/src/manage/fleets.ts': "import '../store/sqlite.ts';\n" });
  assert.match(found, /rooms-of-the-server/);
});

test('the product importing a test or a script is found', async (t) => {
  const found = await messages(t, {
    'packages/server/src/odd.ts': "import '../../../scripts/odd.ts';\nimport './odd.test.ts';\n",
    'packages/server/src/odd.test.ts': '',
    'scripts/odd.ts': 'export const odd = 1;\n',
  });
  assert.equal(found.match(/no-test-in-product/g)?.length, 2);
});

test('an import that leads nowhere is found', async (t) => {
  assert.match(await messages(t, { 'packages/model/src/lost.ts': "import './gone.ts';\n" }), /no-unresolved/);
});

test('a package without a row in the table is found', async (t) => {
  assert.match(await messages(t, { 'packages/attic/package.json': packageJson('attic') }), /attic has no row/);
});

test('a reading that skipped source files is a failure, not a success', async (t) => {
  const root = layTree(t, sound);
  const imports = await readImports(root);
  const blind = { modules: imports.modules.filter(({ source }) => !source.endsWith('.ts')) };
  const files = ['packages/model/src/index.ts', 'packages/trust/src/index.ts'];
  assert.deepEqual(findUnseen(files, imports), []);
  assert.deepEqual(
    findUnseen(files, blind).map(({ file }) => file),
    files,
  );
});
