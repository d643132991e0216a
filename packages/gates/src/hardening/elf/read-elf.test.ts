import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesSource } from '@fettle/images';
import fc from 'fast-check';
import { type ProgramOptions, writeProgram } from '../../../test/hardening/write-program.ts';
import { type ElfHardening, readElf } from './read-elf.ts';

async function read(bytes: Buffer): Promise<ElfHardening> {
  const reading = await readElf(bytesSource(bytes));
  assert.ok(reading.ok, reading.ok ? '' : reading.why);
  return reading.elf;
}

const rows: readonly (readonly [string, ProgramOptions, Partial<ElfHardening>])[] = [
  ['as compilers make it today', {}, { nx: true, pie: 'yes', relro: 'full', canary: true, role: 'program' }],
  ['with an executable stack', { stackFlags: 7 }, { nx: false }],
  ['that says nothing of its stack', { stackFlags: null }, { nx: false }],
  ['at a fixed address', { type: 'executable' }, { pie: 'no', role: 'program' }],
  ['that is a library', { hasDebugTag: false }, { pie: 'library', role: 'library' }],
  ['that has to be linked', { type: 'relocatable' }, { pie: 'object', role: 'object' }],
  ['without RELRO', { hasRelro: false }, { relro: 'no' }],
  ['with lazy binding', { bindNow: null }, { relro: 'partial' }],
  ['with BIND_NOW as a tag', { bindNow: 'tag' }, { relro: 'full' }],
  ['with NOW in the other flags', { bindNow: 'flags1' }, { relro: 'full' }],
  ['without a canary', { symbols: ['read'] }, { canary: false }],
  ['with an RPATH', { rpath: '/opt/lib' }, { rpath: ['/opt/lib'], runpath: [] }],
  ['with a RUNPATH', { runpath: '$ORIGIN:/tmp' }, { rpath: [], runpath: ['$ORIGIN:/tmp'] }],
  ['with symbols', { sections: ['.symtab'] }, { hasSymbols: true, hasDebugInfo: false }],
  ['with debug information', { sections: ['.debug_info'] }, { hasSymbols: false, hasDebugInfo: true }],
  ['for a microcontroller', { type: 'executable', stackFlags: null, hasDynamic: false }, { role: 'freestanding' }],
  ['of a machine that is not in the table', { machine: 9_999 }, { architecture: 'elf-machine:9999' }],
];
for (const [what, options, expected] of rows) {
  for (const [bits, isBig] of [
    [64, false],
    [64, true],
    [32, false],
    [32, true],
  ] as const) {
    test(`a program ${what} is seen as such (${bits} bit, ${isBig ? 'big' : 'little'} endian)`, async () => {
      const elf = await read(writeProgram({ ...options, bits, isBig }));
      assert.deepEqual({ ...elf, ...expected, bits }, elf);
    });
  }
}

test('functions that could be checked are counted apart from those that are', async () => {
  const symbols = ['__memcpy_chk', 'memcpy', '__read_chk', 'puts', '__own_chk', '_ZN6memcpyE'];
  const { fortify } = await read(writeProgram({ symbols }));
  assert.deepEqual(fortify, { isFortified: true, fortified: 2, fortifiable: 3 });
  const none = await read(writeProgram({ symbols: ['strcpy'] }));
  assert.deepEqual(none.fortify, { isFortified: false, fortified: 0, fortifiable: 1 });
});

test('symbols are found by the hash table where the sections were cut off', async () => {
  const whole = writeProgram();
  const cut = Buffer.from(whole);
  cut.fill(0, 40, 48).fill(0, 60, 64);
  assert.deepEqual(await read(cut), await read(whole));
});

test('a symbol table of 100,000 names is searched to its end', async () => {
  const symbols = Array.from({ length: 100_000 }, (_, index) => `name_of_a_function_${index}`);
  assert.equal((await read(writeProgram({ symbols }))).canary, false);
  assert.equal((await read(writeProgram({ symbols: [...symbols, '__stack_chk_fail'] }))).canary, true);
});

test('a file that ends early says where, and nothing is claimed', async () => {
  const whole = writeProgram();
  for (let length = 4; length < whole.length; length += 7) {
    const reading = await readElf(bytesSource(whole.subarray(0, length)));
    assert.ok(!reading.ok && /expected|should have|ends after|bytes/i.test(reading.why));
  }
});

test('changed bytes never throw, hang or read outside of the file', async () => {
  const whole = writeProgram({ sections: ['.symtab', '.debug_info'], rpath: '/opt/lib' });
  const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
      const copy = Buffer.from(whole);
      for (const [at, value] of changes) copy[at] = value;
      const reading = await readElf(bytesSource(copy));
      assert.equal(typeof reading.ok, 'boolean');
    }),
    { numRuns: 2_000 },
  );
});
