import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { writeCpio, writeTar } from '../../packages/images/test/write-archives.ts';
import { need } from '../peers/need.ts';
import {
  bombBy,
  endlessGzip,
  gzipBomb,
  lyingTar,
  lyingZip,
  nestedArchives,
  nestedZip,
  overlappingZip,
  zstdBomb,
} from './gates-hostile/bombs.ts';
import { checkHostile, demandTold } from './gates-hostile/check-hostile.ts';

type Case = readonly [what: string, make: () => Buffer, told: RegExp];

const octal = (text: string) => Buffer.from(`${text}\0`, 'latin1');
/** The form of tar for numbers that octal digits do not hold. */
const binary = (hex: string) => Buffer.from(hex.padStart(24, '0').replace(/^../, '80'), 'hex');

const cases: readonly Case[] = [
  ['10 GiB of zeros by gzip', gzipBomb, /^walk-too-compressed $/m],
  ['10 GiB of zeros by gzip that never end', endlessGzip, /^walk-too-compressed $/m],
  ['10 GiB of zeros by zstd', zstdBomb, /^walk-too-compressed $/m],
  ['zip archives in zip archives, 128 GiB in all', nestedZip, /^walk-too-large $/m],
  ['a zip archive whose members share their bytes', overlappingZip, /^walk-malformed $/m],
  ['a zip archive that states 2^32 bytes', lyingZip, /^walk-malformed $/m],
  ['archives 50 deep', () => nestedArchives(50), /^walk-too-deep in!in!content!in!in!content!in!in!content!$/m],
  [
    'a tar archive with a member of 2^33 bytes',
    () => lyingTar(octal('77777777777')),
    /^walk-(?:malformed|too-large) /m,
  ],
  ['a tar archive with a member of 2^62 bytes', () => lyingTar(binary('4000000000000000')), /^walk-/m],
  ['a tar archive with members outside', outsideTar, /^walk-leads-out etc\/cron\.d\/job$/m],
  ['a cpio archive with a member of 2^32 bytes', lyingCpio, /^walk-malformed /m],
  [
    'half a tar archive',
    () => half(gzipSync(Buffer.concat(Array.from({ length: 40 }, outsideTar)))),
    /^walk-malformed /m,
  ],
];

for (const [what, make, told] of cases) {
  test(`${what}: told with the place, in bounded memory`, async (context) => {
    const judged = await checkHostile(make());
    demandTold(judged, told);
    context.diagnostic(`${judged.peakMb.toFixed(0)} MiB, ${judged.outcome.seconds.toFixed(1)} s`);
  });
}

for (const [tool, parameters] of [
  ['xz', ['-1']],
  ['bzip2', []],
] as const) {
  if (!need(`10 GiB of zeros by ${tool}`, [tool])) continue;
  test(`10 GiB of zeros by ${tool}: told with the place, in bounded memory`, async (context) => {
    const pack = (input: Uint8Array) => execFileSync(tool, [...parameters, '-c'], { input, maxBuffer: 2 ** 30 });
    const judged = await checkHostile(bombBy(pack));
    demandTold(judged, /^walk-too-compressed $/m);
    context.diagnostic(`${judged.peakMb.toFixed(0)} MiB, ${judged.outcome.seconds.toFixed(1)} s`);
  });
}

function outsideTar(): Buffer {
  return writeTar([{ name: '../../../etc/cron.d/job', bytes: Buffer.from('* * * * * root /bin/true\n') }]);
}

function lyingCpio(): Buffer {
  const cpio = writeCpio([{ name: 'etc/large', bytes: Buffer.from('small') }]);
  cpio.write('ffffffff', 54, 'latin1');
  return cpio;
}

function half(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.length / 2);
}
