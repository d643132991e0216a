import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FettleError } from './errors.ts';
import { deploymentId, deviceId, digest, fleetId, isVersion, makeId } from './ids.ts';

test('made ids have their documented form and sort by time', () => {
  fc.assert(
    fc.property(
      fc.nat(2 ** 40),
      fc.nat(2 ** 20),
      fc.uint8Array({ minLength: 10, maxLength: 10 }),
      (time, later, bytes) => {
        const first = makeId('dep', time, bytes);
        const second = makeId('dep', time + later + 1, bytes);
        assert.equal(deploymentId(first), first);
        assert.ok(first < second);
      },
    ),
  );
});

test('names that could leave a folder, a path or a command line are refused', () => {
  for (const bad of ['', '..', '../x', 'a/b', 'a b', '-x', 'x'.repeat(65), 'ä', 'a\n', 'A']) {
    assert.throws(
      () => fleetId(bad),
      (error) => error instanceof FettleError && error.code === 'invalid-id',
    );
  }
  for (const bad of ['', '../x', 'a/b', ' a', 'a\0', 'x'.repeat(65)]) {
    assert.throws(() => deviceId(bad), FettleError);
  }
  assert.equal(deviceId('SN:00-1B.44_7'), 'SN:00-1B.44_7');
  assert.throws(() => digest('A'.repeat(64)), FettleError);
});

test('versions are labels of a sane length without blanks or slashes', () => {
  for (const good of ['1.0.0', '1.0.0-rc.1+b5', 'v7.28', '2024_11']) assert.ok(isVersion(good), good);
  for (const bad of ['', ' 1', '1/2', '../1', 'x'.repeat(65)]) assert.ok(!isVersion(bad), bad);
});
