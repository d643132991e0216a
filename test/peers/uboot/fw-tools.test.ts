import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
  chooseCopy,
  type EnvForm,
  encodeEnvironment,
  nextFlag,
  type ParsedEnvironment,
  parseEnvConfig,
  parseEnvironment,
} from '@fettle/images';
import fc from 'fast-check';
import { need } from '../need.ts';
import { type EnvFiles, envFiles, fwPrint, fwPrintOne, fwSet, fwSetAll } from './fw-tools.ts';

// Judged by libubootenv's fw_printenv and fw_setenv as Debian ships them.
const seeded = { seed: 20_261, numRuns: 40 };
const folder = mkdtempSync(join(tmpdir(), 'fettle-env-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const sizes = [0x100, 0x400, 0x1000, 0x2000, 0x4000, 0x10000, 0x20000, 0x80000];
const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,20}$/);
const byteValue = fc
  .array(
    fc.integer({ min: 1, max: 255 }).filter((code) => code !== 0x0a),
    { minLength: 1, maxLength: 20 },
  )
  .map((codes) => String.fromCharCode(...codes));
const plainValue = fc.stringMatching(/^[!-~]([ -~]{0,18}[!-~])?$/);
const variablesOf = (value: fc.Arbitrary<string>) =>
  fc
    .uniqueArray(fc.tuple(name, value), { minLength: 1, maxLength: 4, selector: ([key]) => key })
    .map((entries) => new Map(entries));

if (need('U-Boot environment by fw_printenv and fw_setenv', ['fw_printenv', 'fw_setenv'])) {
  test('fw_printenv reads what we wrote, single and redundant, in many sizes, whatever the bytes', () => {
    const input = [variablesOf(byteValue), fc.constantFrom(...sizes), fc.integer({ min: 0, max: 255 })] as const;
    fc.assert(
      fc.property(...input, (variables, sizeBytes, flag) => {
        const single = envFiles(folder, 1, sizeBytes);
        writeCopy(single, 0, encodeEnvironment(variables, { form: 'single', sizeBytes }));
        assert.deepEqual(sorted(fwPrint(single.config)), sorted(variables));
        const pair = envFiles(folder, 2, sizeBytes);
        const older = encodeEnvironment(new Map([['old', '1']]), { form: 'redundant', sizeBytes, flag });
        const newer = encodeEnvironment(variables, { form: 'redundant', sizeBytes, flag: nextFlag(flag) });
        writeCopy(pair, flag % 2, older);
        writeCopy(pair, 1 - (flag % 2), newer);
        assert.deepEqual(sorted(fwPrint(pair.config)), sorted(variables));
      }),
      seeded,
    );
  });

  test('we read what fw_setenv wrote, single and redundant, in many sizes', () => {
    fc.assert(
      fc.property(variablesOf(plainValue), fc.constantFrom(...sizes), (variables, sizeBytes) => {
        for (const count of [1, 2] as const) {
          const files = freshEnvironment(count, sizeBytes);
          for (const [key, value] of variables) fwSet(files.config, key, value);
          assert.deepEqual(sorted(current(files).variables), sorted(variables));
        }
      }),
      { ...seeded, numRuns: 20 },
    );
  });

  test('several variables set by one script arrive in one write: one flag step', () => {
    const files = freshEnvironment(2, 0x2000);
    const trial = new Map([
      ['slot', 'b'],
      ['upgrade_available', '1'],
      ['bootcount', '0'],
    ]);
    fwSetAll(files.config, trial);
    assert.deepEqual(sorted(current(files).variables), sorted(trial));
    assert.equal(current(files).flag, 2);
  });

  test('we and fw_setenv take turns through every wrap of the flag, and always read each other', () => {
    const files = freshEnvironment(2, 0x400);
    for (let turn = 0; turn < 300; turn++) {
      const before = current(files);
      // Mostly our own writes, so that the flag wraps in few runs of the other's program.
      if (turn % 4 === 0) fwSet(files.config, 'turn', `theirs-${turn}`);
      else {
        const variables = new Map(before.variables).set('turn', `ours-${turn}`);
        const layout = { form: 'redundant', sizeBytes: 0x400, flag: nextFlag(before.flag) } as const;
        writeCopy(files, 1 - before.index, encodeEnvironment(variables, layout));
      }
      const now = current(files);
      assert.equal(now.flag, nextFlag(before.flag));
      assert.equal(now.index, 1 - before.index);
      if (turn % 4 < 2) assert.equal(fwPrintOne(files.config, 'turn'), now.variables.get('turn'));
    }
  });

  test('of any two flags we and fw_printenv choose the same copy', () => {
    const flags = [0, 1, 2, 127, 128, 254, 255];
    const files = envFiles(folder, 2, 0x100);
    for (const first of flags) {
      for (const second of flags) {
        for (const [index, flag] of [first, second].entries()) {
          const variables = new Map([['copy', String(index)]]);
          writeCopy(files, index, encodeEnvironment(variables, { form: 'redundant', sizeBytes: 0x100, flag }));
        }
        assert.equal(fwPrintOne(files.config, 'copy'), String(current(files).index), `flags ${first}, ${second}`);
      }
    }
  });

  test('a write of the other copy that is cut at any byte leaves the old values, for both readers', () => {
    const sizeBytes = 0x400;
    const files = freshEnvironment(2, sizeBytes);
    for (const [key, value] of [
      ['slot', 'a'],
      ['upgrade_available', '0'],
    ] as const)
      fwSet(files.config, key, value);
    const before = current(files);
    const target = 1 - before.index;
    const old = readFileSync(files.copies[target] ?? '');
    const trial = new Map(before.variables).set('slot', 'b').set('upgrade_available', '1');
    const fresh = encodeEnvironment(trial, { form: 'redundant', sizeBytes, flag: nextFlag(before.flag) });
    const difference = [...fresh.keys()].filter((at) => fresh[at] !== old[at]);
    const lastDifference = difference.at(-1) ?? 0;
    for (let cut = 0; cut <= lastDifference; cut += cut < 24 ? 1 : 7) {
      writeCopy(files, target, Buffer.concat([fresh.subarray(0, cut), old.subarray(cut)]));
      assert.deepEqual(sorted(current(files).variables), sorted(before.variables), `cut at byte ${cut}`);
      assert.deepEqual(sorted(fwPrint(files.config)), sorted(before.variables), `cut at byte ${cut}`);
    }
    writeCopy(files, target, fresh);
    assert.deepEqual(sorted(fwPrint(files.config)), sorted(trial));
    assert.deepEqual(sorted(current(files).variables), sorted(trial));
  });

  test('values with line feeds and with UTF-8 survive in both directions', () => {
    const files = freshEnvironment(1, 0x400);
    const script = 'echo one;\necho two\n';
    writeCopy(files, 0, encodeEnvironment(new Map([['script', script]]), { form: 'single', sizeBytes: 0x400 }));
    assert.equal(fwPrintOne(files.config, 'script'), script);
    fwSet(files.config, 'place', 'Zürich');
    assert.equal(current(files).variables.get('place'), Buffer.from('Zürich', 'utf8').toString('latin1'));
    assert.equal(current(files).variables.get('script'), script);
  });

  test('a configuration means the same offset and size to us and to fw_printenv', () => {
    const lines = ['8192 2000', '0x2000 0x2000', '020000 2000', '0x2000 2000 2000 1'];
    for (const [index, line] of lines.entries()) {
      const file = join(folder, `area-${index}`);
      const config = join(folder, `area-${index}.config`);
      const variables = new Map([['line', String(index)]]);
      const copy = encodeEnvironment(variables, { form: 'single', sizeBytes: 0x2000 });
      writeFileSync(file, Buffer.concat([Buffer.alloc(8192, 0xa5), copy]));
      writeFileSync(config, `${file} ${line}\n`);
      assert.deepEqual(fwPrint(config), variables, line);
      const areas = [{ file, offsetBytes: 8192, sizeBytes: 0x2000 }];
      assert.deepEqual(parseEnvConfig(readFileSync(config, 'utf8')), { ok: true, areas });
    }
  });
}

/** An environment with no variables that both sides accept. */
function freshEnvironment(count: 1 | 2, sizeBytes: number): EnvFiles {
  const files = envFiles(folder, count, sizeBytes);
  const form: EnvForm = count === 1 ? 'single' : 'redundant';
  for (const index of files.copies.keys()) {
    writeCopy(files, index, encodeEnvironment(new Map(), { form, sizeBytes, flag: index }));
  }
  return files;
}

function writeCopy(files: EnvFiles, index: number, copy: Uint8Array): void {
  writeFileSync(files.copies[index] ?? '', copy);
}

/** What our reader says, and which copy it chose. */
function current(files: EnvFiles): { index: number; variables: Map<string, string>; flag: number | null } {
  const form: EnvForm = files.copies.length === 1 ? 'single' : 'redundant';
  const copies = files.copies.map((copy) => parseEnvironment(readFileSync(copy), form));
  const missing: ParsedEnvironment = { ok: false, message: 'there is no such copy' };
  const index = chooseCopy(copies[0] ?? missing, copies[1] ?? missing);
  const chosen = index === undefined ? undefined : copies[index];
  assert.ok(index !== undefined && chosen?.ok, 'one copy must be valid');
  return { index, variables: chosen.variables, flag: chosen.flag };
}

function sorted(variables: ReadonlyMap<string, string>): [string, string][] {
  return [...variables].sort(([a], [b]) => (a < b ? -1 : 1));
}
