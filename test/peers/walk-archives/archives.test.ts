import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { workFolder } from '../images/work-folder.ts';
import { need } from '../need.ts';
import {
  type Inventory,
  inventoryOfFolder,
  inventoryOfWalk,
  makeTree,
  runIn,
  withHashes,
} from '../walk-filesystems/tree.ts';

const folder = workFolder();
const root = makeTree(folder.path);
const wanted = inventoryOfFolder(root);
const shell = (command: string) => runIn(folder.path, 'sh', ['-c', command]);
const walkFile = async (name: string, place = '') =>
  await inventoryOfWalk(readFileSync(join(folder.path, name)), place);

/** Of hard links, archives have one as a link to the other. */
function requireSame(found: Awaited<ReturnType<typeof inventoryOfWalk>>, expected: Inventory): void {
  assert.deepEqual(found.result.problems, []);
  const sorted = (inventory: Inventory) => [...inventory].sort(([a], [b]) => (a < b ? -1 : 1));
  assert.deepEqual(sorted(withHashes(found.inventory, expected, found.presented)), sorted(expected));
}

if (need('walks through tar', ['tar'])) {
  for (const form of ['gnu', 'posix']) {
    test(`a walk finds in an archive of tar (${form}) what was put in`, async () => {
      shell(`tar --format=${form} -C tree -cf tar .`);
      requireSame(await walkFile('tar'), wanted);
    });
  }

  test('a sparse member of tar is told, the others are found', async () => {
    shell('tar --format=gnu --sparse -C tree -cf sparse-tar sparse setuid');
    const { result, presented } = await walkFile('sparse-tar');
    assert.deepEqual(
      [result.problems[0]?.code, result.problems[0]?.place, presented],
      ['unsupported', 'sparse', ['setuid']],
    );
  });
}

if (need('walks through cpio', ['cpio', 'gzip'])) {
  for (const form of ['newc', 'crc']) {
    test(`a walk finds in an archive of cpio (${form}) what was put in`, async () => {
      shell(`cd tree && find . -print0 | cpio --quiet -0 -H ${form} -o > ../cpio`);
      requireSame(await walkFile('cpio'), wanted);
    });
  }

  test('an initramfs of a plain and a packed archive is walked through to its end', async () => {
    shell('mkdir -p early && echo code > early/microcode');
    shell('cd early && echo microcode | cpio --quiet -H newc -o > ../initramfs');
    shell('cd tree && find . -print0 | cpio --quiet -0 -H newc -o | gzip >> ../initramfs');
    const early = await walkFile('initramfs');
    assert.deepEqual(
      early.layers.map((layer) => layer.split(' ')[0]),
      ['cpio', 'gzip', 'cpio'],
    );
    assert.ok(early.inventory.has('microcode'));
    const inner = early.layers[2]?.slice('cpio '.length) ?? '';
    requireSame(await walkFile('initramfs', inner), wanted);
  });
}

if (need('walks through zip', ['zip'])) {
  test('a walk finds in an archive of zip what was put in', async () => {
    shell('rm -f a.zip; cd tree && find . ! -type p ! -name "bad-*" -print | grep -v quoted | zip -q -y ../a.zip -@');
    const found = await walkFile('a.zip');
    // The archive has no owners, and the same content twice where there are hard links.
    const lines = [...wanted].filter(([path]) => !/pipe|bad-|\n/.test(path));
    const expected = new Map(lines.map(([path, line]) => [path, line.replace(' 0:0 ', ' null:null ')]));
    requireSame(found, expected);
  });

  test('a stream of zip, with sizes after the content, and an encrypted member', async () => {
    shell('cd tree && cat program | zip -q - - > ../b.zip; zip -q -P secret ../c.zip program setuid');
    const streamed = await walkFile('b.zip');
    assert.match(streamed.inventory.get('-') ?? '', new RegExp(wanted.get('program')?.split(' ')[4] ?? 'none'));
    const closed = await walkFile('c.zip');
    assert.deepEqual(
      closed.result.problems.map(({ code, place }) => [code, place]),
      [
        ['encrypted', 'program'],
        ['encrypted', 'setuid'],
      ],
    );
  });
}

const packers: readonly (readonly [string, string, string])[] = [
  ['gzip', 'gzip', 'gzip -c'],
  ['xz', 'xz', 'xz -T1 -c'],
  ['xz', 'xz', 'xz -T1 -9e --x86 --lzma2=dict=1MiB -c'],
  ['xz', 'xz', 'xz -T1 --arm --delta=dist=4 --lzma2=dict=256KiB,lc=0,lp=4,pb=1 --check=sha256 -c'],
  ['xz', 'xz', 'xz -T2 --block-size=500000 -c'],
  ['lzma', 'xz', 'xz --format=lzma -c'],
  ['zstd', 'zstd', 'zstd -q -19 -c'],
  ['zstd', 'zstd', 'zstd -q --no-check -c'],
  ['lz4', 'lz4', 'lz4 -q -c'],
  ['lz4', 'lz4', 'lz4 -q -9 -BD --content-size -c'],
  ['lz4', 'lz4', 'lz4 -q -l -c'],
  ['bzip2', 'bzip2', 'bzip2 -c'],
];
for (const [format, tool, command] of packers) {
  if (!need(`walks through ${format}`, [tool, 'tar'])) continue;
  test(`a walk unpacks what "${command}" packed, also two in one file`, async () => {
    shell('tar -C tree -cf plain-tar .');
    shell(`${command} < plain-tar > packed`);
    const found = await walkFile('packed', 'content!');
    assert.deepEqual(found.layers, [`${format} `, 'tar content!']);
    requireSame(found, wanted);
    if (format === 'lzma') return;
    shell(`(head -c 1000000 plain-tar | ${command}; tail -c +1000001 plain-tar | ${command}) > packed`);
    requireSame(await walkFile('packed', 'content!'), wanted);
  });
}

if (need('walks through ar', ['ar', 'tar'])) {
  test('a walk finds what ar and a Debian package hold', async () => {
    shell(
      'tar -C tree -czf data.tar.gz . && echo 2.0 > debian-binary && rm -f a.deb && ar rc a.deb debian-binary data.tar.gz',
    );
    requireSame(await walkFile('a.deb', 'data.tar.gz!content!'), wanted);
    shell(
      'cp debian-binary a-name-that-is-longer-than-its-field && rm -f b.a && ar rc b.a a-name-that-is-longer-than-its-field',
    );
    assert.deepEqual([...(await walkFile('b.a')).inventory.keys()], ['a-name-that-is-longer-than-its-field']);
  });
}
