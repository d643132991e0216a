import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { folderOf, isNoSpace, readSmallFile, replaceFile } from './disk.ts';
import { nodeDisk, sizeByReading } from './disk-node.ts';

const folder = mkdtempSync(join(tmpdir(), 'fettle-disk-'));
after(() => rmSync(folder, { recursive: true }));

describe('disk', () => {
  test('replacing a file leaves nothing beside it and only its owner may read it', async () => {
    const path = join(folder, 'file');
    await replaceFile(nodeDisk, path, Buffer.from('one'));
    await replaceFile(nodeDisk, path, Buffer.from('two'));
    assert.equal(readFileSync(path, 'utf8'), 'two');
    assert.deepEqual(readdirSync(folder), ['file']);
    assert.equal(statSync(path).mode & 0o777, 0o600);
  });

  test('small files are read whole, also those of /proc that say they are empty', async () => {
    assert.equal(await readSmallFile(nodeDisk, join(folder, 'nothing'), 10), undefined);
    assert.ok(((await readSmallFile(nodeDisk, '/proc/cmdline', 65_536))?.length ?? 0) > 0);
    writeFileSync(join(folder, 'long'), Buffer.alloc(20_000, 7));
    assert.equal((await readSmallFile(nodeDisk, join(folder, 'long'), 20_000))?.length, 20_000);
    await assert.rejects(readSmallFile(nodeDisk, join(folder, 'long'), 19_999), /more than/);
  });

  test('the size of a device is found by reading', async () => {
    for (const size of [0, 1, 4_095, 1_048_576]) {
      writeFileSync(join(folder, 'device'), Buffer.alloc(size));
      assert.equal(await sizeByReading(join(folder, 'device')), size);
    }
  });

  test('entries: file, other, missing', async () => {
    assert.equal((await nodeDisk.stat(folder))?.kind, 'other');
    assert.equal(await nodeDisk.stat(join(folder, 'a', 'b')), undefined);
    assert.equal(await nodeDisk.stat(join(folder, 'file', 'b')), undefined);
    await nodeDisk.remove(join(folder, 'nothing'));
  });

  test('full disks are recognised, folders of paths are found', () => {
    assert.equal(isNoSpace(Object.assign(new Error(), { code: 'EDQUOT' })), true);
    assert.equal(isNoSpace(null), false);
    assert.deepEqual(['/a/b', '/a', 'a'].map(folderOf), ['/a', '/', '.']);
  });
});
