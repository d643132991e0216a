import assert from 'node:assert/strict';
import { closeSync, lstatSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { bytesSource, isElf } from '@fettle/images';
import { fortifiable } from '../../../packages/gates/src/hardening/elf/fortify.ts';
import { readElf } from '../../../packages/gates/src/hardening/elf/read-elf.ts';
import { workFolder } from '../images/work-folder.ts';
import { need } from '../need.ts';
import { asChecksec, askChecksec, withFile } from './checksec.ts';
import { checkedFunctions } from './libc.ts';

const folder = workFolder();
/** Each is a shell program that starts dozens of others: all of a system's files would take a quarter of an hour. */
const most = Number(process.env.FETTLE_CHECKSEC_FILES ?? 300);

if (need('hardening by checksec', ['checksec', 'readelf', 'file'])) {
  test('checksec says the same of the programs and libraries of this system, in every field', async () => {
    const paths = spread(elfFiles(), most);
    assert.ok(paths.length >= Math.min(most, 200), `only ${paths.length} ELF files were found`);
    const list = folder.write('list', `${paths.join('\n')}\n`);
    const answers = askChecksec(list, paths);
    const functions = await checkedFunctions();
    for (const path of paths) {
      const reading = await withFile(path, (source) => readElf(source, { functions }));
      assert.ok(reading.ok, path);
      assert.deepEqual(asChecksec(reading.elf), answers.get(path), path);
    }
  });

  test('the functions that we count as fortifiable are in the C library of this system', async () => {
    const functions = await checkedFunctions();
    assert.deepEqual(
      [...fortifiable].filter((name) => !functions.has(name)),
      [],
    );
  });

  test('a program whose sections were cut off says the same as before, but for its symbols', async () => {
    const bytes = readFileSync('/usr/bin/env');
    const cut = Buffer.from(bytes);
    cut.writeBigUInt64LE(0n, 40);
    cut.writeUInt16LE(0, 60);
    cut.writeUInt16LE(0, 62);
    const [whole, without] = [await readElf(bytesSource(bytes)), await readElf(bytesSource(cut))];
    assert.ok(whole.ok && without.ok);
    assert.deepEqual({ ...without.elf, hasSymbols: whole.elf.hasSymbols }, whole.elf);
  });
}

function elfFiles(): string[] {
  const folders = ['/usr/bin', '/usr/sbin', '/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/libexec'];
  return folders.flatMap(filesOf).filter((path) => isElf(startOf(path)));
}

function filesOf(path: string): string[] {
  try {
    return readdirSync(path)
      .map((name) => join(path, name))
      .filter((file) => lstatSync(file).isFile());
  } catch {
    return [];
  }
}

function startOf(path: string): Uint8Array {
  const handle = openSync(path, 'r');
  try {
    const start = Buffer.alloc(4);
    readSync(handle, start, 0, 4, 0);
    return start;
  } finally {
    closeSync(handle);
  }
}

/** So many of a list, evenly from its start to its end. */
function spread<T>(all: readonly T[], count: number): T[] {
  if (all.length <= count) return [...all];
  return Array.from({ length: count }, (_, index) => all[Math.floor((index * all.length) / count)]).filter(
    (one) => one !== undefined,
  );
}
