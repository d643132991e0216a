import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changed, inspectBytes } from '../../test/broken.ts';
import { seededBytes } from '../../test/random.ts';
import { writeUf2 } from '../../test/write-small.ts';

const good = writeUf2(seededBytes(6, 1_000), 0x10000000, 0xe48bff56);

test('a UF2 file says for which chips it is and where it goes', async () => {
  const found = await inspectBytes(good);
  assert.deepEqual([found.format, found.hardwareIds, found.warnings], ['uf2', ['rp2040'], []]);
  assert.equal(found.description, 'rp2040: 1024 bytes from 0x10000000');
});

test('files for several chips are counted for each', async () => {
  const both = Buffer.concat([good, writeUf2(seededBytes(7, 300), 0x10000000, 0x12345678)]);
  assert.deepEqual((await inspectBytes(both)).hardwareIds, ['rp2040', 'uf2:0x12345678']);
});

test('blocks for other memories and bytes after the last block are told', async () => {
  const odd = Buffer.concat([
    good,
    changed(good.subarray(0, 512), (copy) => copy.writeUInt32LE(1, 8)),
    Buffer.from('rest'),
  ]);
  const found = await inspectBytes(odd);
  assert.match(found.warnings.join(), /1 blocks are not for the main flash.*at 2560, come 4 bytes/);
});

const broken: readonly (readonly [string, string, Buffer])[] = [
  ['a block missing', 'out-of-bounds', good.subarray(0, 1_536)],
  ['a block twice', 'duplicate', Buffer.concat([good, good.subarray(0, 512)])],
  ['two blocks for one place', 'overlap', changed(good, (copy) => copy.writeUInt32LE(0x10000001, 512 + 12))],
  ['too much data in a block', 'out-of-bounds', changed(good, (copy) => copy.writeUInt32LE(477, 512 + 16))],
  [
    'a place after the last address',
    'out-of-bounds',
    changed(good, (copy) => copy.writeUInt32LE(0xffffffff, 512 + 12)),
  ],
  ['a number after the count', 'contradiction', changed(good, (copy) => copy.writeUInt32LE(4, 512 + 20))],
  ['two counts', 'contradiction', changed(good, (copy) => copy.writeUInt32LE(5, 512 + 24))],
  ['a wrong end', 'contradiction', changed(good, (copy) => copy.writeUInt32LE(0, 512 + 508))],
  ['65,537 blocks', 'limit', Buffer.concat([good, Buffer.alloc(65_537 * 512 - good.length)])],
];
for (const [what, code, bytes] of broken) {
  test(`a file with ${what} ends as ${code}`, async () => {
    const found = await inspectBytes(bytes);
    assert.deepEqual([found.format, found.problem?.code, found.hardwareIds], ['uf2', code, []]);
  });
}
