import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { workFolder } from '../images/work-folder.ts';
import { need } from '../need.ts';
import { inventoryOfFolder, inventoryOfWalk, makeTree, runIn, withHashes } from './tree.ts';

if (need('walks through squashfs', ['mksquashfs'])) {
  const folder = workFolder();
  const root = makeTree(folder.path);
  const wanted = inventoryOfFolder(root);
  const forms: readonly (readonly string[])[] = [
    ['-comp', 'gzip'],
    ['-comp', 'zstd', '-b', '1M'],
    ['-comp', 'xz'],
    ['-comp', 'xz', '-Xbcj', 'x86'],
    ['-comp', 'xz', '-b', '4K'],
    ['-comp', 'lzma'],
    ['-comp', 'lz4', '-Xhc'],
    ['-comp', 'lz4'],
    ['-comp', 'lzo'],
    ['-comp', 'lzo', '-Xalgorithm', 'lzo1x_1'],
    ['-noI', '-noD', '-noF'],
    ['-no-fragments', '-no-exports', '-no-xattrs'],
    ['-always-use-fragments', '-b', '64K'],
  ];
  for (const form of forms) {
    test(`a walk finds in a squashfs (${form.join(' ')}) what was put in`, async () => {
      const pseudo = ['-p', 'dev d 755 0 0', '-p', 'dev/null c 666 0 0 1 3', '-p', 'dev/sda b 660 0 6 8 0'];
      runIn(folder.path, 'mksquashfs', [
        root,
        'image',
        ...form,
        ...pseudo,
        '-noappend',
        '-no-progress',
        '-processors',
        '1',
      ]);
      const { inventory, presented, layers, result } = await inventoryOfWalk(readFileSync(join(folder.path, 'image')));
      assert.deepEqual(result.problems, []);
      assert.deepEqual(layers, ['squashfs ']);
      assert.equal(inventory.get('dev/null'), 'device 666 0:0 0  ');
      assert.equal(inventory.get('dev/sda'), 'device 660 0:6 0  ');
      for (const path of ['dev', 'dev/null', 'dev/sda']) inventory.delete(path);
      assert.deepEqual(sorted(withHashes(inventory, wanted, presented)), sorted(wanted));
      assert.equal(presented.length, [...wanted.values()].filter((line) => line.startsWith('file')).length - 2);
    });
  }

  test('folders that form a loop are met once, and told', async () => {
    runIn(folder.path, 'sh', [
      '-c',
      'mkdir -p round/inner-folder && mksquashfs round image -noI -noappend -no-progress',
    ]);
    const image = readFileSync(join(folder.path, 'image'));
    // An entry has the offset of its inode 8 bytes before its name; the root's stands in the superblock.
    image.writeUInt16LE(image.readUInt16LE(32), image.indexOf('inner-folder') - 8);
    const { inventory, result } = await inventoryOfWalk(image);
    assert.deepEqual([...inventory.keys()], ['inner-folder']);
    assert.deepEqual(
      result.problems.map(({ code, place }) => [code, place]),
      [['malformed', 'inner-folder']],
    );
  });
}

function sorted(inventory: ReadonlyMap<string, string>): [string, string][] {
  return [...inventory].sort(([a], [b]) => (a < b ? -1 : 1));
}
