import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, type TestContext, test } from 'node:test';
import { encodeEnvironment, parseEnvironment } from '@fettle/images';
import { need } from '../need.ts';
import { agentDriver, type Contract, contracts } from './agent-hand.ts';
import { fwPrint } from './fw-tools.ts';
import { type EnvPlace, makeQemuBoard, type QemuBoard, ubootTools } from './qemu-board.ts';

// Debian's U-Boot under QEMU judges what the agent's boot driver wrote, and the driver what U-Boot wrote.
const folder = mkdtempSync(join(tmpdir(), 'fettle-uboot-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const envBytes = 0x4000;
const pairOffsets = [0x8000, 0x10000] as const;
const storyTimeoutMs = 120_000;

if (need('A/B updates by a real U-Boot', [...ubootTools, 'fw_printenv'])) {
  describe('a real U-Boot agrees with the agent', { concurrency: 2 }, () => {
    for (const contract of Object.values(contracts)) {
      test(`on a redundant environment with the names of ${contract.profile}`, {
        timeout: storyTimeoutMs,
      }, async (t) => {
        const board = newBoard(`story-${contract.profile}`, 'pair', contract);
        await tellStory(t, board, contract);
      });
    }

    test('on a single environment in a file on a FAT file system', { timeout: storyTimeoutMs }, async (t) => {
      await tellStory(t, newBoard('story-fat', 'fat', contracts.fettle), contracts.fettle);
    });

    test('when the copy that the agent wrote last is damaged: both use the one before', async () => {
      const board = newBoard('damaged', 'pair', contracts.fettle);
      const driver = await agentDriver(board.config, contracts.fettle);
      await driver.settle('b', 'usable');
      await driver.startTrial('a', 'dep_1');
      const newest = newestCopy(board);
      damage(board, newest);
      assert.deepEqual(await driver.read(), { ok: true, state: committed('b') });
      const boot = await board.boot();
      assert.deepEqual([boot.slot, boot.copy], ['b', String(1 - newest)]);
    });

    test('when no copy is valid: the script falls back to slot a and the agent says why it cannot tell', async () => {
      const board = newBoard('lost', 'pair', contracts.fettle);
      for (const index of [0, 1]) damage(board, index);
      assert.equal((await board.boot()).slot, 'a');
      const reading = await (await agentDriver(board.config, contracts.fettle)).read();
      assert.match(reading.ok ? '' : reading.message, /No copy of the U-Boot environment is valid/);
    });

    test('when the plug is pulled while U-Boot saves a redundant environment: one copy always stands', async (t) => {
      const board = newBoard('cuts-pair', 'pair', contracts.fettle);
      await (await agentDriver(board.config, contracts.fettle)).startTrial('b', 'dep_1');
      let torn = 0;
      for (let cut = 0; cut < 12; cut++) {
        const saves = lastSave(await board.bootAndCut(2 + (cut % 5), (cut * 7) % 4));
        const variables = fwPrint(board.config);
        assert.deepEqual([variables.get('slot'), variables.get('fettle_trial')], ['b', 'dep_1']);
        // Nothing that U-Boot reported as saved is lost; one more save may have been complete.
        const count = Number.parseInt(variables.get('bootcount') ?? '', 16);
        assert.ok(count === saves || count === saves + 1, `${count} saved, ${saves} told`);
        if (bothCopies(board).some((copy) => !copy.ok)) torn++;
        await resetTrial(board);
      }
      t.diagnostic(`12 cuts, ${torn} left a torn copy beside the good one`);
    });

    test('when the plug is pulled during fatwrite: what is left is whole, or seen to be damaged', async (t) => {
      const board = newBoard('cuts-fat', 'fat', contracts.fettle);
      const driver = await agentDriver(board.config, contracts.fettle);
      let lost = 0;
      for (let cut = 0; cut < 8; cut++) {
        writeFileSync(envFileOf(board), freshEnvironment('single'));
        await driver.startTrial('b', 'dep_1');
        board.push();
        await board.bootAndCut(2 + (cut % 5), (cut * 7) % 4);
        const whole = board.pull() && parseEnvironment(readFileSync(envFileOf(board)), 'single').ok;
        if (whole) assert.equal(fwPrint(board.config).get('slot'), 'b');
        else lost++;
      }
      // QEMU takes the whole file in one request, so a tear is rare here; the next test makes one for certain.
      t.diagnostic(`8 cuts, ${lost} lost the only copy`);
    });

    test('when a write tore in the middle: a single environment is lost, a redundant one goes on', async () => {
      const single = newBoard('torn-fat', 'fat', contracts.fettle);
      const pair = newBoard('torn-pair', 'pair', contracts.fettle);
      for (const board of [single, pair]) {
        const driver = await agentDriver(board.config, contracts.fettle);
        await driver.settle('b', 'usable');
        const before = readFileSync(stored(board));
        await driver.startTrial('a', 'dep_1');
        const after = readFileSync(stored(board));
        const changed = [...after.keys()].filter((at) => after[at] !== before[at]);
        const cut = changed[Math.floor(changed.length / 2)] ?? 0;
        writeFileSync(stored(board), Buffer.concat([after.subarray(0, cut), before.subarray(cut)]));
        board.push();
      }
      assert.equal((await single.boot()).copy, 'none');
      assert.equal((await (await agentDriver(single.config, contracts.fettle)).read()).ok, false);
      assert.equal((await pair.boot()).slot, 'b');
      const reading = await (await agentDriver(pair.config, contracts.fettle)).read();
      assert.deepEqual(reading, { ok: true, state: committed('b') });
    });
  });
}

/** Fresh device, a slot that never commits, one that does, and one whose health checks fail. */
async function tellStory(t: TestContext, board: QemuBoard, contract: Contract): Promise<void> {
  const driver = await agentDriver(board.config, contract);
  let boots = 0;
  const boot = async () => {
    board.push();
    const { slot } = await board.boot();
    boots++;
    board.pull();
    return slot;
  };
  const state = async () => {
    const reading = await driver.read();
    assert.ok(reading.ok, 'the agent must be able to read what U-Boot wrote');
    assert.equal(fwPrint(board.config).get('fettle_trial')?.split('/').at(-1) ?? '', reading.state.marker);
    return reading.state;
  };

  await driver.settle('a', 'usable');
  assert.equal(await boot(), 'a');
  assert.deepEqual(await settled(), committed('a'));

  await driver.startTrial('b', 'dep_1');
  for (let count = 1; count <= contract.bootLimit; count++) {
    assert.equal(await boot(), 'b', `boot ${count} of the trial`);
    // RAUC's slot that has used its last attempt is not what starts next, so the trial ends with it.
    if (contract.profile === 'rauc' && count === contract.bootLimit) break;
    assert.deepEqual(await state(), { slot: 'b', trial: true, bootCount: count, marker: 'dep_1' });
  }
  assert.equal(await boot(), 'a', 'past the limit the board goes back');
  const { slot, trial, marker } = await state();
  assert.deepEqual(
    { slot, trial, marker },
    { slot: 'a', trial: false, marker: 'dep_1' },
    'the agent sees the fall-back',
  );
  await driver.settle('a', 'usable');
  assert.equal(await boot(), 'a');

  await driver.settle('a', 'unusable');
  await driver.startTrial('b', 'dep_2');
  assert.equal(await boot(), 'b');
  await driver.settle('b', 'usable');
  for (let again = 0; again < 2; again++) {
    assert.equal(await boot(), 'b', 'a committed slot stays');
    assert.deepEqual(await settled(), committed('b'));
  }

  await driver.startTrial('a', 'dep_3');
  assert.equal(await boot(), 'a');
  await driver.settle('b', 'usable');
  assert.equal(await boot(), 'b', 'a slot that the agent took back does not start again');
  assert.deepEqual(await settled(), committed('b'));
  t.diagnostic(`${boots} boots`);

  /** What stands after a running, committed system has filled up its attempts, as an agent does at start-up. */
  async function settled() {
    const before = await state();
    if (contract.profile === 'rauc' && before.slot) await driver.settle(before.slot, 'usable');
    const now = await state();
    return contract.profile === 'rauc' ? { ...now, bootCount: 0 } : now;
  }
}

function committed(slot: 'a' | 'b') {
  return { slot, trial: false, bootCount: 0, marker: '' };
}

function newBoard(name: string, place: EnvPlace, contract: Contract): QemuBoard {
  const board = makeQemuBoard(join(folder, name), place, contract);
  if (place === 'fat') writeFileSync(envFileOf(board), freshEnvironment('single'));
  else
    for (const index of [0, 1] as const) writeAt(board.disk, pairOffsets[index], freshEnvironment('redundant', index));
  return board;
}

function freshEnvironment(form: 'single' | 'redundant', flag = 0): Uint8Array {
  return encodeEnvironment(new Map([['serial', '4711']]), { form, sizeBytes: envBytes, flag });
}

async function resetTrial(board: QemuBoard): Promise<void> {
  const driver = await agentDriver(board.config, contracts.fettle);
  await driver.settle('a', 'usable');
  await driver.startTrial('b', 'dep_1');
}

/** The file that the agent writes to. */
function stored(board: QemuBoard): string {
  return readFileSync(board.config, 'utf8').split(' ')[0] ?? '';
}

function envFileOf(board: QemuBoard): string {
  return join(board.disk, '..', 'uboot.env');
}

function bothCopies(board: QemuBoard) {
  const disk = readFileSync(board.disk);
  return pairOffsets.map((offset) => parseEnvironment(disk.subarray(offset, offset + envBytes), 'redundant'));
}

function newestCopy(board: QemuBoard): number {
  const flags = bothCopies(board).map((copy) => (copy.ok ? (copy.flag ?? 0) : -1));
  return (flags[1] ?? -1) > (flags[0] ?? -1) ? 1 : 0;
}

function damage(board: QemuBoard, index: number): void {
  writeAt(board.disk, (pairOffsets[index] ?? 0) + 100, Buffer.from('damaged'));
}

function writeAt(path: string, offsetBytes: number, bytes: Uint8Array): void {
  const file = openSync(path, 'r+');
  writeSync(file, bytes, 0, bytes.length, offsetBytes);
  closeSync(file);
}

/** The last count that U-Boot reported as saved, hexadecimal on its console. */
function lastSave(console: string): number {
  return Number.parseInt([...console.matchAll(/^SAVED ([0-9a-f]+)\r?\n/gm)].at(-1)?.[1] ?? '0', 16);
}
