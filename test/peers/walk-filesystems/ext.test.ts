import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { workFolder } from '../images/work-folder.ts';
import { need } from '../need.ts';
import { inventoryOfFolder, inventoryOfWalk, makeTree, runIn, withHashes } from './tree.ts';

if (need('walks through ext', ['mke2fs', 'debugfs', 'e2fsck'])) {
  const folder = workFolder();
  const root = makeTree(folder.path);
  const wanted = inventoryOfFolder(root);
  const debug = (image: string, request: string) => runIn(folder.path, 'debugfs', ['-R', request, image]).toString();
  const forms: readonly (readonly string[])[] = [
    ['-t', 'ext2', '-b', '1024'],
    ['-t', 'ext3', '-b', '2048'],
    ['-t', 'ext4'],
    ['-t', 'ext4', '-b', '1024', '-O', '64bit,metadata_csum'],
    ['-t', 'ext4', '-O', 'inline_data', '-I', '256'],
    ['-t', 'ext4', '-O', '^extents,^64bit,^flex_bg', '-b', '4096'],
    ['-t', 'ext2', '-O', '^filetype', '-I', '128'],
  ];
  for (const form of forms) {
    test(`a walk finds in a file system of ${form.join(' ')} what was put in`, async () => {
      const image = join(folder.path, 'image');
      runIn(folder.path, 'sh', ['-c', 'rm -f image; truncate -s 24M image']);
      runIn(folder.path, 'mke2fs', ['-q', '-F', ...form, '-d', root, image]);
      // Makes an index of the large folder, as a running system would; 1 says that something was changed.
      runIn(folder.path, 'sh', ['-c', 'e2fsck -fyD image; test $? -le 1']);
      const { inventory, presented, result } = await inventoryOfWalk(readFileSync(image));
      assert.deepEqual(result.problems, []);
      // With data in inodes, mke2fs cuts a sparse file off after its last block: debugfs says so, too.
      const isCut = form.includes('inline_data') && !/Size: 4000000/.test(debug(image, 'stat sparse'));
      if (isCut)
        assert.match(debug(image, 'stat sparse'), new RegExp(`Size: ${inventory.get('sparse')?.split(' ')[3]}\\n`));
      if (isCut) inventory.set('sparse', wanted.get('sparse') ?? '');
      assert.deepEqual(sorted(withHashes(inventory, wanted, presented)), sorted(wanted));
      assert.equal(presented.length, [...wanted.values()].filter((line) => line.startsWith('file')).length - 2);
    });
  }

  test('folders that form a loop are met once, and told', async () => {
    const image = join(folder.path, 'loop');
    runIn(folder.path, 'sh', ['-c', 'truncate -s 24M loop']);
    runIn(folder.path, 'mke2fs', ['-q', '-F', '-t', 'ext4', '-d', root, image]);
    runIn(folder.path, 'debugfs', ['-w', '-R', 'link <2> etc/deep/loop', image]);
    const { inventory, result } = await inventoryOfWalk(readFileSync(image));
    assert.deepEqual(
      result.problems.map(({ code, place }) => [code, place]),
      [['malformed', 'etc/deep/loop']],
    );
    assert.equal(inventory.get('etc/deep/loop'), 'folder 755 0:0 0  ');
    assert.equal(inventory.size, wanted.size + 1);
  });

  test('a deleted file is not found, as debugfs does not', async () => {
    const image = join(folder.path, 'deleted');
    runIn(folder.path, 'sh', ['-c', 'truncate -s 24M deleted']);
    runIn(folder.path, 'mke2fs', ['-q', '-F', '-t', 'ext4', '-d', root, image]);
    runIn(folder.path, 'debugfs', ['-w', '-R', 'rm etc/shadow', image]);
    const { inventory } = await inventoryOfWalk(readFileSync(image));
    assert.equal(inventory.has('etc/shadow'), false);
    assert.equal(inventory.has('etc/empty'), true);
    assert.doesNotMatch(debug(image, 'ls -p /etc'), /shadow/);
  });
}

function sorted(inventory: ReadonlyMap<string, string>): [string, string][] {
  return [...inventory].sort(([a], [b]) => (a < b ? -1 : 1));
}
