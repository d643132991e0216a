import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { mapEntropy } from '@fettle/gates/run';
import { bytesSource } from '@fettle/images';
import { ByteCounter, entropyWindow } from '../../../packages/gates/src/hardening/entropy/shannon.ts';
import { seededBytes } from '../../../packages/images/test/random.ts';
import { workFolder } from '../images/work-folder.ts';
import { need } from '../need.ts';
import { run } from '../uboot/fw-tools.ts';

const folder = workFolder();

/** Bits a byte as ent prints them, six digits behind the point. */
function askEnt(bytes: Uint8Array): number {
  const line = run('ent', ['-t', folder.write('asked', bytes)]).split('\n')[1] ?? '';
  return Number(line.split(',')[2]);
}

if (need('entropy by ent', ['ent'])) {
  test('ent says the same of whole files and of their windows', async () => {
    const program = readFileSync('/bin/sh');
    const files = [program, seededBytes(1, 100_000), Buffer.alloc(5_000), Buffer.from('text '.repeat(3_000))];
    for (const bytes of files) {
      const map = await mapEntropy(bytesSource(bytes));
      assert.ok(Math.abs(map.totalBits - askEnt(bytes)) < 1e-6, `${map.totalBits}`);
      const step = Math.max(entropyWindow, Math.floor(bytes.length / 8 / entropyWindow) * entropyWindow);
      for (let at = 0; at < bytes.length; at += step) {
        const window = bytes.subarray(at, at + entropyWindow);
        assert.ok(Math.abs(new ByteCounter().add(window) - askEnt(window)) < 1e-6);
      }
    }
  });
}
