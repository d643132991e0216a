import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesSource } from '@fettle/images';
import { readElf } from '../../../packages/gates/src/hardening/elf/read-elf.ts';
import { type ProgramOptions, writeProgram } from '../../../packages/gates/test/hardening/write-program.ts';
import { workFolder } from '../images/work-folder.ts';
import { need } from '../need.ts';
import { asChecksec, askChecksec } from './checksec.ts';
import { checkedFunctions } from './libc.ts';

const folder = workFolder();
const forms = [
  { bits: 64, isBig: false, machine: 183 },
  { bits: 64, isBig: true, machine: 21 },
  { bits: 32, isBig: false, machine: 40 },
  { bits: 32, isBig: true, machine: 8 },
] as const;
const variants: readonly ProgramOptions[] = [
  {},
  { type: 'executable', stackFlags: 7, hasRelro: false, symbols: ['strcpy', 'memcpy'] },
  { hasDebugTag: false, bindNow: null, rpath: '/opt/lib', sections: ['.symtab'] },
  { stackFlags: null, bindNow: 'tag', runpath: '/opt/lib', symbols: ['__memcpy_chk', 'memcpy', '__stack_chk_fail'] },
  { type: 'relocatable', sections: ['.debug_info'] },
];

if (need('hardening of other machines', ['checksec', 'readelf', 'file'])) {
  test('checksec says the same of programs of 32 and 64 bits in both byte orders', async () => {
    const programs = forms.flatMap((form) => variants.map((variant) => writeProgram({ ...variant, ...form })));
    const paths = programs.map((bytes, index) => folder.write(`program-${index}`, bytes));
    const answers = askChecksec(folder.write('list', `${paths.join('\n')}\n`), paths);
    const functions = await checkedFunctions();
    for (const [index, path] of paths.entries()) {
      const reading = await readElf(bytesSource(programs[index] ?? Buffer.alloc(0)), { functions });
      assert.ok(reading.ok, path);
      assert.deepEqual(asChecksec(reading.elf), answers.get(path), path);
    }
  });
}
