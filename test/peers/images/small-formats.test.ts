import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { bytesSource, inspectImage } from '@fettle/images';
import { seededBytes } from '../../../packages/images/test/random.ts';
import { writeElf, writeIntelHex, writeUf2, writeUimage } from '../../../packages/images/test/write-small.ts';
import { need, toolPath } from '../need.ts';
import { run } from '../uboot/fw-tools.ts';
import { workFolder } from './work-folder.ts';

const folder = workFolder();
const data = seededBytes(6, 1_024);

if (need('small image formats by fwupdtool', ['fwupdtool'])) {
  test('fwupdtool finds family, address and size of a UF2 file as we do', async () => {
    const bytes = writeUf2(data, 0x10000000, 0xe48bff56);
    const told = run('fwupdtool', ['firmware-parse', folder.write('uf2', bytes), 'uf2']);
    assert.match(told, /<idx>0xe48bff56<\/idx>\s*<addr>0x10000000<\/addr>\s*<data type="GBytes" size="0x400"/);
    const found = await inspectImage(bytesSource(bytes));
    assert.equal(found.description, 'rp2040: 1024 bytes from 0x10000000');
  });

  test('fwupdtool finds as much data in an Intel HEX file as we do, and refuses what we refuse', async () => {
    const bytes = writeIntelHex(data);
    assert.match(run('fwupdtool', ['firmware-parse', folder.write('hex', bytes), 'ihex']), /size="0x400"/);
    const wrong = Buffer.from(bytes.toString().replace(/^(:.{10})./, (_, start: string) => `${start}Z`));
    assert.throws(() => run('fwupdtool', ['firmware-parse', folder.write('wrong', wrong), 'ihex']));
    assert.equal((await inspectImage(bytesSource(wrong))).hashes.length, 0);
  });
}

if (need('legacy images by mkimage and dumpimage', ['mkimage', 'dumpimage'])) {
  test('dumpimage reads our legacy image, and we read one of mkimage', async () => {
    const ours = run('dumpimage', ['-l', folder.write('ours', writeUimage(data, 'boot script'))]);
    assert.match(ours, /boot script[\s\S]*Data Size: {4}1024 Bytes/);
    const [source, made] = [folder.write('data', data), join(folder.path, 'made')];
    run('mkimage', ['-A', 'arm64', '-O', 'linux', '-T', 'kernel', '-C', 'none', '-n', 'theirs', '-d', source, made]);
    const found = await inspectImage(bytesSource(readFileSync(made)));
    assert.deepEqual([found.format, found.description, found.hardwareIds], ['uimage', 'theirs', ['aarch64']]);
    assert.deepEqual(
      found.hashes.map(({ ok }) => ok),
      [true, true],
    );
  });
}

if (need('ELF notes by readelf', ['readelf'])) {
  test('readelf reads the notes of our program, and we read the build ids of real ones as it does', async () => {
    const ours = run('readelf', ['-n', folder.write('ours', writeElf(data.subarray(0, 20), '{"version":"4.2"}'))]);
    assert.match(ours, new RegExp(`Build ID: ${data.toString('hex', 0, 20)}`));
    const programs = toolPath().flatMap((path) => ['readelf', 'sh', 'ls', 'cat'].map((name) => join(path, name)));
    const real = programs.flatMap((path) => readElf(path));
    assert.ok(real.length > 0);
    for (const { path, bytes } of real) {
      const [, buildId] = /Build ID: ([0-9a-f]+)/.exec(run('readelf', ['-n', path])) ?? [];
      assert.equal((await inspectImage(bytesSource(bytes))).build, buildId, path);
    }
  });
}

function readElf(path: string): { path: string; bytes: Buffer }[] {
  try {
    const bytes = readFileSync(path);
    return bytes.toString('latin1', 1, 4) === 'ELF' ? [{ path, bytes }] : [];
  } catch {
    return [];
  }
}
