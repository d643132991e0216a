import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { bytesSource } from '@fettle/images';
import { readElf } from '../../../packages/gates/src/hardening/elf/read-elf.ts';
import { workFolder } from '../images/work-folder.ts';
import { need } from '../need.ts';
import { asChecksec, askChecksec } from './checksec.ts';
import { checkedFunctions } from './libc.ts';

const folder = workFolder();
const program = `
#include <stdio.h>
#include <string.h>
#include <unistd.h>
int main(int count, char **words) {
  char text[64];
  if (count > 1) strcpy(text, words[1]); else memset(text, 0, sizeof text);
  printf("%s %d\\n", text, (int)read(0, text, (size_t)count));
  return text[count];
}
`;

/** Flags of the compiler, and what has to come of them whatever a distribution has for defaults. */
const rows: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['-fPIE -pie', { pie: 'yes' }],
  ['-fno-pie -no-pie', { pie: 'no' }],
  ['-fPIC -shared', { pie: 'dso' }],
  ['-c', { pie: 'rel' }],
  ['-static -no-pie', { pie: 'no' }],
  ['-static-pie -fPIE', { pie: 'yes' }],
  ['-Wl,-z,relro,-z,now', { relro: 'full' }],
  ['-Wl,-z,relro,-z,lazy', { relro: 'partial' }],
  ['-Wl,-z,norelro', { relro: 'no' }],
  ['-z execstack', { nx: 'no' }],
  ['-z noexecstack', { nx: 'yes' }],
  ['-fstack-protector-all', { canary: 'yes' }],
  ['-fno-stack-protector', { canary: 'no' }],
  ['-O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2', { fortify_source: 'yes' }],
  ['-O2 -U_FORTIFY_SOURCE', { fortify_source: 'no' }],
  ['-Wl,-rpath,/opt/lib,--disable-new-dtags', { rpath: 'yes', runpath: 'no' }],
  ['-Wl,-rpath,/opt/lib:/tmp,--enable-new-dtags', { rpath: 'no', runpath: 'yes' }],
  ['-s', { symbols: 'no' }],
  ['-g', { symbols: 'yes' }],
  ['-Wl,--hash-style=sysv', {}],
  ['-Wl,--hash-style=gnu -s', {}],
];

if (need('hardening of compiled programs', ['checksec', 'gcc', 'file'])) {
  test('a compiler flag turned on or off is seen, and checksec sees the same', async () => {
    const source = folder.write('program.c', program);
    const paths = rows.map(([flags], index) => {
      const path = join(folder.path, `program-${index}`);
      const built = spawnSync('gcc', [source, '-w', '-o', path, ...flags.split(' ')], { encoding: 'utf8' });
      assert.equal(built.status, 0, `${flags}: ${built.stderr}`);
      return path;
    });
    const answers = askChecksec(folder.write('list', `${paths.join('\n')}\n`), paths);
    const functions = await checkedFunctions();
    for (const [index, path] of paths.entries()) {
      const [flags, wanted] = rows[index] ?? ['', {}];
      const reading = await readElf(bytesSource(readFileSync(path)), { functions });
      assert.ok(reading.ok, flags);
      const ours = asChecksec(reading.elf);
      assert.deepEqual({ ...ours, ...wanted }, ours, flags);
      assert.deepEqual(ours, answers.get(path), flags);
    }
  });
}
