import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { bytesSource, walkLimits } from '@fettle/images';
import { memoryScratch, walkImage } from '@fettle/images/walk';
import { seededBytes, seededRandom } from '../../../packages/images/test/random.ts';
import { workFolder } from '../images/work-folder.ts';
import { need } from '../need.ts';
import { runIn } from './tree.ts';

const rounds = 250;
const limits = { ...walkLimits, bytes: 64 * 1_048_576, entries: 20_000 };
const mib = 1_048_576;

/** How each form is made from the folder `tree`; the program that makes it comes first. */
const forms: readonly (readonly [string, string])[] = [
  ['mksquashfs', 'mksquashfs tree image -comp gzip -noappend -no-progress'],
  ['mksquashfs', 'mksquashfs tree image -comp xz -Xbcj x86 -b 4K -noappend -no-progress'],
  ['mksquashfs', 'mksquashfs tree image -comp lzo -noappend -no-progress'],
  ['mksquashfs', 'mksquashfs tree image -comp lz4 -noappend -no-progress'],
  ['mksquashfs', 'mksquashfs tree image -comp zstd -noI -noappend -no-progress'],
  ['mke2fs', 'truncate -s 128K image; mke2fs -q -F -t ext2 -b 1024 -N 32 -d tree image'],
  [
    'mke2fs',
    'truncate -s 256K image; mke2fs -q -F -t ext4 -O inline_data,^has_journal -b 1024 -N 32 -I 256 -d tree image',
  ],
  ['cpio', 'cd tree && find . | cpio --quiet -H newc -o > ../image'],
  ['tar', 'tar --format=posix -C tree -cf image .'],
  ['zip', 'cd tree && zip -q -r -y ../image.zip . && mv ../image.zip ../image'],
  ['ar', 'ar rc image tree/a tree/b'],
  ['gzip', 'tar -C tree -c . | gzip > image'],
  ['xz', 'tar -C tree -c . | xz > image'],
  ['xz', 'tar -C tree -c . | xz --format=lzma > image'],
  ['zstd', 'tar -C tree -c . | zstd -q > image'],
  ['lz4', 'tar -C tree -c . | lz4 -q > image'],
  ['bzip2', 'tar -C tree -c . | bzip2 > image'],
  ['mkimage', 'gzip -kf tree/a && mkimage -A arm -T kernel -C gzip -d tree/a.gz image; rm tree/a.gz'],
  ['mkbootimg', 'gzip -kf tree/a && mkbootimg --kernel tree/a.gz --ramdisk tree/b -o image; rm tree/a.gz'],
];

const folder = workFolder();
mkdirSync(join(folder.path, 'tree/deep/er'), { recursive: true });
writeFileSync(join(folder.path, 'tree/a'), seededBytes(1, 9_000));
writeFileSync(join(folder.path, 'tree/b'), 'word '.repeat(2_000));
writeFileSync(join(folder.path, 'tree/deep/er/c'), 'x');

for (const [index, [tool, command]] of forms.entries()) {
  if (!need(`broken images of ${tool}`, [tool])) continue;
  test(`whatever is broken in it, a walk ends (${command})`, async () => {
    runIn(folder.path, 'sh', ['-c', `rm -f image; ${command}`]);
    const good = readFileSync(join(folder.path, 'image'));
    const random = seededRandom(1_000 + index);
    let told = 0;
    for (let round = 0; round < rounds; round++) {
      const bytes = broken(good, random);
      const result = await walkImage(bytesSource(bytes), {}, { scratch: memoryScratch(128 * mib), limits });
      assert.ok(result.bytes <= limits.bytes + mib && result.entries <= limits.entries);
      if (result.problems.length > 0) told++;
    }
    assert.ok(told > 0, 'no broken image was told');
  });
}

/** Flips bits, sets fields to what readers stumble over, or cuts off; most of it near the start, where headers are. */
function broken(good: Buffer, random: () => number): Buffer {
  const bytes = Buffer.from(good);
  if (random() < 0.15) return bytes.subarray(0, Math.floor(random() * bytes.length));
  const values = [0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffff0];
  for (let changes = 1 + Math.floor(random() * 3); changes > 0; changes--) {
    const reach = random() < 0.5 ? Math.min(bytes.length, 256) : bytes.length;
    const at = Math.floor(random() * (reach - 4));
    if (random() < 0.6) bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << Math.floor(random() * 8)), at);
    else bytes.writeUInt32LE(values[Math.floor(random() * values.length)] ?? 0, at);
  }
  return bytes;
}
