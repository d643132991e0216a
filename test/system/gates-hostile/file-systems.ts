import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '../../../packages/images/test/random.ts';
import { toolPath } from '../../peers/need.ts';

/** Runs commands in a folder with a small tree `tree`; gives the file `image` that they make. */
export function imageBy(commands: string): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-hostile-fs-'));
  try {
    mkdirSync(join(folder, 'tree/outer/inner'), { recursive: true });
    writeFileSync(join(folder, 'tree/outer/inner/file'), 'a small file\n');
    writeFileSync(join(folder, 'tree/outer/large'), 'many words '.repeat(40_000));
    symlinkSync('../../../../../../etc/shadow', join(folder, 'tree/outer/shadow'));
    symlinkSync(folder, join(folder, 'tree/host'));
    const env = { ...process.env, PATH: toolPath().join(':') };
    execFileSync('sh', ['-ec', commands], { cwd: folder, env, stdio: 'pipe' });
    return readFileSync(join(folder, 'image'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const squashfs = 'mksquashfs tree image -noappend -no-progress -quiet -processors 1 -comp';
export const ext4 = 'truncate -s 4M image; mke2fs -q -F -t ext4 -d tree image';

/** A squashfs whose folder `outer/inner` has the inode of `outer`: an entry of its listing is changed. */
export function loopingSquashfs(): Buffer {
  const image = imageBy(`${squashfs} gzip -noI`);
  const entryOf = (name: string) => {
    const at = image.indexOf(name, Number(image.readBigUInt64LE(72)), 'latin1') - 8;
    if (at < 0 || image.readUInt16LE(at + 6) !== name.length - 1) throw new Error(`There is no entry ${name}.`);
    return at;
  };
  image.copy(image, entryOf('inner'), entryOf('outer'), entryOf('outer') + 2);
  return image;
}

/** A squashfs with a file of 2^32 - 1 bytes that has blocks for a few. */
export function largeSizeSquashfs(): Buffer {
  const image = imageBy(`${squashfs} gzip -noI -no-fragments`);
  const size = Buffer.alloc(4);
  size.writeUInt32LE('many words '.length * 40_000);
  const at = image.indexOf(size, Number(image.readBigUInt64LE(64)));
  if (at < 0) throw new Error('The size of the file is nowhere.');
  image.writeUInt32LE(0xffffffff, at);
  return image;
}

/** Flips some bits, or sets fields to what readers stumble over. */
export function mutated(good: Buffer, seed: number): Buffer {
  const bytes = Buffer.from(good);
  const random = seededRandom(seed);
  const values = [0, 1, 0x7fffffff, 0x80000000, 0xffffffff];
  for (let change = 0; change < 24; change++) {
    const at = Math.floor(random() * (bytes.length - 4));
    if (random() < 0.6) bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << Math.floor(random() * 8)), at);
    else bytes.writeUInt32LE(values[Math.floor(random() * values.length)] ?? 0, at);
  }
  return bytes;
}
