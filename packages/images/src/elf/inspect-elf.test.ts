import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changed, inspectBytes } from '../../test/broken.ts';
import { writeElf } from '../../test/write-small.ts';

const buildId = Buffer.from('00112233445566778899aabbccddeeff00112233', 'hex');
const good = writeElf(buildId, '{"name":"core","version":"4.2"}');

test('a program says its machine, its build id and its package', async () => {
  const found = await inspectBytes(good);
  assert.deepEqual([found.format, found.hardwareIds, found.problem], ['elf', ['aarch64'], undefined]);
  assert.deepEqual([found.build, found.version, found.description], [buildId.toString('hex'), '4.2', 'core']);
});

test('a note that is no JSON or has no text in it says nothing', async () => {
  for (const json of ['{', 'null', '7', '{"version":4}', '']) {
    const found = await inspectBytes(writeElf(buildId, json));
    assert.deepEqual([found.problem, found.version, found.build], [undefined, undefined, buildId.toString('hex')]);
  }
});

test('a note that is longer than its area is left alone', async () => {
  const found = await inspectBytes(changed(good, (copy) => copy.writeUInt32LE(0xffffffff, 124)));
  assert.deepEqual([found.problem, found.build], [undefined, undefined]);
});

test('a machine that is not in the table keeps its number', async () => {
  assert.deepEqual((await inspectBytes(changed(good, (copy) => copy.writeUInt16LE(9_999, 18)))).hardwareIds, [
    'elf-machine:9999',
  ]);
});

const broken: readonly (readonly [string, string, Buffer])[] = [
  ['half a header', 'out-of-bounds', good.subarray(0, 40)],
  ['a class that is none', 'unsupported', changed(good, (copy) => copy.writeUInt8(3, 4))],
  ['segments after the end', 'out-of-bounds', changed(good, (copy) => copy.writeBigUInt64LE(2n ** 30n, 32))],
  ['segments beyond all numbers', 'out-of-bounds', changed(good, (copy) => copy.writeBigUInt64LE(2n ** 63n, 32))],
  ['65,535 segments', 'out-of-bounds', changed(good, (copy) => copy.writeUInt16LE(0xffff, 56))],
  ['segments of another size', 'contradiction', changed(good, (copy) => copy.writeUInt16LE(32, 54))],
  ['notes after the end', 'out-of-bounds', changed(good, (copy) => copy.writeBigUInt64LE(2n ** 40n, 64 + 32))],
];
for (const [what, code, bytes] of broken) {
  test(`a program with ${what} ends as ${code}`, async () => {
    assert.equal((await inspectBytes(bytes)).problem?.code, code);
  });
}
