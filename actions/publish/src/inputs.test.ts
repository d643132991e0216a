import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readInputs } from './inputs.ts';

const least = {
  INPUT_SERVER: 'https://fettle.test/',
  INPUT_VERSION: '1.2.3',
  INPUT_ARTIFACT: 'build/*.bin',
  INPUT_TYPE: 'r1, r2\nr3',
  INPUT_COMPONENT: 'app',
};

test('what is left out has its default', () => {
  const inputs = readInputs(least);
  assert.equal(inputs.server, 'https://fettle.test');
  assert.deepEqual(inputs.artifacts, [{ glob: 'build/*.bin', types: ['r1', 'r2', 'r3'], component: 'app' }]);
  assert.deepEqual([inputs.wait, inputs.group, inputs.rollout, inputs.failOn], ['gates', 'all', undefined, undefined]);
  assert.equal(inputs.timeoutMs, 1_800_000);
});

test('a line of artifact may say itself what it is for', () => {
  const { artifacts } = readInputs({ ...least, INPUT_ARTIFACT: 'a:b.bin:r9:rootfs\n\n  c.bin ' });
  assert.deepEqual(artifacts, [
    { glob: 'a:b.bin', types: ['r9'], component: 'rootfs' },
    { glob: 'c.bin', types: ['r1', 'r2', 'r3'], component: 'app' },
  ]);
});

const wrong: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['no server', { INPUT_SERVER: '' }],
  ['a server without https', { INPUT_SERVER: 'http://fettle.example.com' }],
  ['a server with credentials', { INPUT_SERVER: 'https://a:b@fettle.test' }],
  ['no version', { INPUT_VERSION: '' }],
  ['a version that is none', { INPUT_VERSION: 'a b' }],
  ['no artifact', { INPUT_ARTIFACT: ' \n ' }],
  ['artifacts for nothing', { INPUT_TYPE: '' }],
  ['too many lines', { INPUT_SBOM: 'x\n'.repeat(101) }],
  ['an unknown wait', { INPUT_WAIT: 'forever' }],
  ['waiting for no rollout', { INPUT_WAIT: 'rollout' }],
  ['a rollout of what nobody signs', { INPUT_ROLLOUT: 'safe' }],
  ['an unknown severity', { 'INPUT_FAIL-ON': 'bad' }],
  ['a time that is none', { INPUT_TIMEOUT: 'soon' }],
  ['a token of PKCS#11', { INPUT_KEY: 'pkcs11:token=a' }],
];
for (const [what, changes] of wrong) {
  test(`${what} is refused before anything happens`, () => {
    assert.throws(() => readInputs({ ...least, ...changes }), { code: 'invalid-input' });
  });
}
