import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { encodeEnvironment, parseEnvironment } from '@fettle/images';
import { nodeDisk } from '../disk-node.ts';
import { type BootProfile, createBootDriver } from './boot-driver.ts';
import { plainFileStore } from './plain-file.ts';
import { countedProfile, fettleNames, menderNames, raucProfile } from './profiles.ts';
import { readEnvAreas, ubootStore } from './uboot.ts';

const profiles: readonly [string, BootProfile, Record<string, string>][] = [
  ['fettle', countedProfile(fettleNames, 3), { slot: 'a' }],
  ['mender', countedProfile(menderNames, 1), { mender_boot_part: '2', mender_boot_part_hex: '2' }],
  ['rauc', raucProfile({ a: 'A', b: 'B' }, 3), { BOOT_ORDER: 'A B', BOOT_A_LEFT: '3', BOOT_B_LEFT: '3' }],
];

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fettle-boot-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('boot driver over a U-Boot environment', () => {
  for (const [name, profile, factory] of profiles) {
    for (const copies of [1, 2] as const) {
      test(`${name} names, ${copies} cop${copies === 1 ? 'y' : 'ies'}: trial, commit, return`, async () => {
        const file = writeEnvironment(factory, copies);
        const driver = createBootDriver(ubootStore(nodeDisk, await readEnvAreas(nodeDisk, file)), profile);

        assert.deepEqual(await stateOf(driver), ['a', false, '']);
        await driver.settle('a', 'unusable');
        assert.deepEqual(await stateOf(driver), ['a', false, '']);
        await driver.startTrial('b', 'dep_x');
        assert.deepEqual(await stateOf(driver), ['b', true, 'dep_x']);
        await driver.settle('b', 'usable');
        assert.deepEqual(await stateOf(driver), ['b', false, '']);
        await driver.startTrial('a', 'dep_y');
        await driver.settle('b', 'unusable');
        assert.deepEqual(await stateOf(driver), ['b', false, '']);
      });
    }
  }

  test('what others wrote stays, and nothing is written where nothing changes', async () => {
    const file = writeEnvironment({ slot: 'a', bootcmd: 'run distro_bootcmd', ethaddr: '02:00:00:00:00:01' }, 2);
    const driver = createBootDriver(
      ubootStore(nodeDisk, await readEnvAreas(nodeDisk, file)),
      countedProfile(fettleNames, 3),
    );
    const before = readFileSync(join(folder, 'uboot.env'));
    await driver.settle('a', 'usable');
    assert.ok(readFileSync(join(folder, 'uboot.env')).equals(before));
    await driver.startTrial('b', 'dep_x');
    const second = parseEnvironment(readFileSync(join(folder, 'uboot.env')).subarray(0x400), 'redundant');
    assert.ok(second.ok);
    assert.deepEqual(Object.fromEntries(second.variables), {
      slot: 'b',
      bootcmd: 'run distro_bootcmd',
      ethaddr: '02:00:00:00:00:01',
      upgrade_available: '1',
      bootcount: '0',
      bootlimit: '3',
      fettle_trial: 'dep_x',
    });
    assert.equal(second.flag, 2);
    assert.ok(readFileSync(join(folder, 'uboot.env')).subarray(0, 0x400).equals(before.subarray(0, 0x400)));
  });

  test('no valid copy is said, and nothing is written over it', async () => {
    const file = writeEnvironment({ slot: 'a' }, 2);
    writeFileSync(join(folder, 'uboot.env'), Buffer.alloc(0x800, 1));
    const driver = createBootDriver(
      ubootStore(nodeDisk, await readEnvAreas(nodeDisk, file)),
      countedProfile(fettleNames, 3),
    );
    assert.equal((await driver.read()).ok, false);
    await assert.rejects(driver.startTrial('b', 'x'), /No copy/);
    assert.ok(readFileSync(join(folder, 'uboot.env')).equals(Buffer.alloc(0x800, 1)));
  });

  test('a missing file and a file that is too short are said', async () => {
    writeFileSync(join(folder, 'fw_env.config'), 'gone.env 0 0x400\nuboot.env 0x400 0x400\n');
    writeFileSync(join(folder, 'uboot.env'), Buffer.alloc(0x500));
    const store = ubootStore(nodeDisk, await readEnvAreas(nodeDisk, join(folder, 'fw_env.config')));
    const reading = await store.read();
    assert.ok(!reading.ok && reading.message.includes('missing') && reading.message.includes('ends before'));
  });

  test('a configuration that is missing or wrong is refused', async () => {
    await assert.rejects(readEnvAreas(nodeDisk, join(folder, 'nothing')), /describe the U-Boot environment/);
    writeFileSync(join(folder, 'fw_env.config'), 'uboot.env\n');
    await assert.rejects(readEnvAreas(nodeDisk, join(folder, 'fw_env.config')), /FILE OFFSET SIZE/);
  });
});

describe('boot driver over a plain file', () => {
  test('trial and commit', async () => {
    const path = join(folder, 'boot.json');
    writeFileSync(path, '{"slot":"a","console":"ttyS0"}');
    const driver = createBootDriver(plainFileStore(nodeDisk, path), countedProfile(fettleNames, 3));
    await driver.startTrial('b', 'dep_x');
    assert.deepEqual(await stateOf(driver), ['b', true, 'dep_x']);
    await driver.settle('b', 'usable');
    assert.deepEqual(await stateOf(driver), ['b', false, '']);
    assert.equal((JSON.parse(readFileSync(path, 'utf8')) as { console: string }).console, 'ttyS0');
  });

  for (const content of ['', '[]', '{"slot":{}}', 'null', undefined]) {
    test(`contents ${JSON.stringify(content)} are said to be wrong`, async () => {
      const path = join(folder, 'boot.json');
      if (content !== undefined) writeFileSync(path, content);
      assert.equal((await plainFileStore(nodeDisk, path).read()).ok, false);
    });
  }
});

describe('profiles', () => {
  test('RAUC counts in hexadecimal as U-Boot does, and skips a slot without attempts', () => {
    const profile = raucProfile({ a: 'A', b: 'B' }, 16);
    const variables = new Map([
      ['BOOT_ORDER', 'B A'],
      ['BOOT_B_LEFT', '0'],
      ['BOOT_A_LEFT', 'f'],
      ['fettle_trial', 'b/dep_x'],
    ]);
    assert.deepEqual(profile.read(variables), { slot: 'a', trial: false, bootCount: null, marker: 'dep_x' });
    variables.set('BOOT_B_LEFT', 'e');
    assert.deepEqual(profile.read(variables), { slot: 'b', trial: true, bootCount: 2, marker: 'dep_x' });
  });

  test('names of your own', () => {
    const profile = countedProfile(
      { ...fettleNames, slotVariable: 'part', slotValues: { a: '1', b: '10' }, hexVariable: 'part_hex' },
      5,
    );
    const changes = Object.fromEntries(profile.startTrial('b', 'm'));
    assert.deepEqual([changes.part, changes.part_hex, changes.bootlimit], ['10', 'a', '5']);
    assert.equal(profile.read(new Map([['part', '7']])).slot, null);
  });
});

async function stateOf(driver: ReturnType<typeof createBootDriver>): Promise<unknown[]> {
  const reading = await driver.read();
  assert.ok(reading.ok);
  return [reading.state.slot, reading.state.trial, reading.state.marker];
}

function writeEnvironment(variables: Record<string, string>, copies: 1 | 2): string {
  const form = copies === 2 ? 'redundant' : 'single';
  const copy = encodeEnvironment(new Map(Object.entries(variables)), { form, sizeBytes: 0x400, flag: 1 });
  writeFileSync(join(folder, 'uboot.env'), copies === 2 ? Buffer.concat([copy, Buffer.alloc(0x400, 0xff)]) : copy);
  const file = join(folder, 'fw_env.config');
  writeFileSync(file, copies === 2 ? 'uboot.env 0 0x400\nuboot.env 0x400 0x400\n' : 'uboot.env 0 0x400\n');
  return file;
}
