import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { checkPackages } from './check-packages.ts';
import { layTree, packageJson } from './small-tree.ts';

function messages(t: TestContext, files: Readonly<Record<string, string>>): string {
  return checkPackages(layTree(t, files))
    .map(({ message }) => message)
    .join('\n');
}

test('packages with one version and pinned dependencies have no findings', (t) => {
  const files = {
    'packages/model/package.json': packageJson('model', { semver: '7.8.6', other: 'npm:@a/b@1.0.0' }),
    'packages/trust/package.json': packageJson('trust', { '@fettle/model': '0.1.0', semver: '7.8.6' }),
  };
  assert.equal(messages(t, files), '');
});

test('a version range instead of a pin is found', (t) => {
  assert.match(
    messages(t, { 'packages/model/package.json': packageJson('model', { semver: '^7.8.6' }) }),
    /pin one exact/,
  );
});

test('two versions of one dependency in the house are found', (t) => {
  const files = {
    'packages/model/package.json': packageJson('model', { semver: '7.8.6' }),
    'packages/trust/package.json': packageJson('trust', { semver: '7.8.5' }),
  };
  assert.match(messages(t, files), /semver is 7\.8\.5, but 7\.8\.6 in packages\/model/);
});

test('a package that differs from the house in version, licence or Node is found', (t) => {
  const odd = JSON.stringify({ version: '0.2.0', license: 'MIT', engines: { node: '>=20' } });
  const found = messages(t, { 'packages/model/package.json': odd });
  assert.match(found, /version is 0\.2\.0/);
  assert.match(found, /license is MIT/);
  assert.match(found, /engines\.node is >=20/);
});
