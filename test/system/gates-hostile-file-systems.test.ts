import assert from 'node:assert/strict';
import { test } from 'node:test';
import { need } from '../peers/need.ts';
import { checkHostile, demandTold } from './gates-hostile/check-hostile.ts';
import { ext4, imageBy, largeSizeSquashfs, loopingSquashfs, mutated, squashfs } from './gates-hostile/file-systems.ts';

type Case = readonly [what: string, make: () => Buffer, told: RegExp];

const inExt = (change: string) => () => imageBy(`${ext4}; debugfs -w -R '${change}' image`);
const loopInExt = "ino=$(debugfs -R 'stat outer' image 2>/dev/null | sed -n 's/^Inode: \\([0-9]*\\).*/\\1/p')";

const cases: readonly Case[] = [
  ['folders of a squashfs that form a loop', loopingSquashfs, /^walk-malformed outer\/inner$/m],
  [
    'folders of an ext4 that form a loop',
    () => imageBy(`${ext4}; ${loopInExt}; debugfs -w -R "link <$ino> outer/inner/again" image`),
    /^walk-malformed outer\/inner\/again$/m,
  ],
  ['a file of 2^32 - 1 bytes in a squashfs', largeSizeSquashfs, /^walk-malformed outer/m],
  ['a file of 2^44 bytes in an ext4', inExt('sif outer/large size 17592186044416'), /^walk-too-large outer\/large$/m],
  ['half a squashfs', halfSquashfs, /^walk-malformed $/m],
  ['half an ext4', () => half(imageBy(ext4)), /^walk-malformed /m],
];

if (need('hostile file systems', ['mksquashfs', 'mkfs.ext4', 'cpio'])) {
  for (const [what, make, told] of cases) {
    test(`${what}: told with the place, in bounded memory`, async (context) => {
      const judged = await checkHostile(make());
      demandTold(judged, told);
      context.diagnostic(`${judged.peakMb.toFixed(0)} MiB, ${judged.outcome.seconds.toFixed(1)} s`);
    });
  }

  for (const [form, commands] of [
    ['squashfs of xz', `${squashfs} xz`],
    ['squashfs of zstd', `${squashfs} zstd`],
    ['ext4', ext4],
    ['packed cpio', 'cd tree && find . | cpio -o -H newc --quiet | gzip > ../image'],
  ] as const) {
    test(`whatever is broken in a ${form}, every gate comes to a verdict`, async () => {
      const good = imageBy(commands);
      for (let seed = 1; seed <= 5; seed++) {
        const { outcome } = await checkHostile(mutated(good, seed));
        for (const { verdict } of outcome.reports) assert.match(verdict, /^(?:pass|fail|inconclusive)$/);
      }
    });

    test(`links of a ${form} that lead to this machine are not followed`, async () => {
      const { outcome, unseen } = await checkHostile(imageBy(commands));
      assert.deepEqual(unseen, []);
      // Two files, four folders at most with the root, two links; of an ext4 also lost+found.
      assert.ok(outcome.entries <= 8, `${outcome.entries} entries`);
    });
  }
}

/** Without what pads it to whole pages. */
function halfSquashfs(): Buffer {
  const image = imageBy(`${squashfs} xz`);
  return half(image.subarray(0, Number(image.readBigUInt64LE(40))));
}

function half(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.length / 2);
}
