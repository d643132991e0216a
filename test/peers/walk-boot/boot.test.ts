import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { bytesSource, type WalkResult } from '@fettle/images';
import { memoryScratch, walkImage } from '@fettle/images/walk';
import { seededBytes } from '../../../packages/images/test/random.ts';
import { writeIntelHex, writeUf2 } from '../../../packages/images/test/write-small.ts';
import { workFolder } from '../images/work-folder.ts';
import { need } from '../need.ts';
import { runIn } from '../walk-filesystems/tree.ts';

const folder = workFolder();
const shell = (command: string) => runIn(folder.path, 'sh', ['-c', command]);
const noise = seededBytes(21, 40_000);

interface Found {
  readonly files: ReadonlyMap<string, string>;
  readonly layers: readonly string[];
  readonly result: WalkResult;
}

async function walk(bytes: Uint8Array): Promise<Found> {
  const files = new Map<string, string>();
  const layers: string[] = [];
  const visitor = {
    layer: (layer: { format: string; place: string }) => void layers.push(`${layer.format} ${layer.place}`),
    file: (file: { place: string; sha256: string }) => void files.set(file.place, file.sha256),
  };
  const result = await walkImage(bytesSource(bytes), visitor, { scratch: memoryScratch(64 * 1_048_576) });
  return { files, layers, result };
}

const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

if (need('walks through FITs and legacy images', ['mkimage', 'cpio', 'gzip', 'xz'])) {
  const secret = Buffer.from('the content of etc/key\n');
  const makeRamdisk = () => {
    shell('mkdir -p root/etc && printf "the content of etc/key\\n" > root/etc/key');
    shell(
      'cd root && find . | cpio --quiet -H newc -o > ../ramdisk && gzip -kf ../ramdisk && xz -kf --check=crc32 ../ramdisk',
    );
    writeFileSync(join(folder.path, 'kernel'), noise);
    shell('gzip -kf kernel');
  };

  for (const option of ['', '-E', '-E -p 0x20000']) {
    test(`a walk goes through a FIT (mkimage ${option}) down to the files of its ramdisk`, async () => {
      makeRamdisk();
      const image = (name: string, file: string, type: string) =>
        `${name} { data = /incbin/("${file}"); type = "${type}"; arch = "arm64"; os = "linux"; compression = "none"; ` +
        'load = <0>; entry = <0>; hash-1 { algo = "sha256"; }; };';
      const images = image('kernel-1', 'kernel.gz', 'kernel') + image('ramdisk-1', 'ramdisk.xz', 'ramdisk');
      const its = `/dts-v1/; / { description = "x"; #address-cells = <1>; images { ${images} }; configurations { default = "c"; c { kernel = "kernel-1"; ramdisk = "ramdisk-1"; }; }; };`;
      writeFileSync(join(folder.path, 'x.its'), its);
      shell(`mkimage ${option} -f x.its x.itb`);
      const { files, result } = await walk(readFileSync(join(folder.path, 'x.itb')));
      assert.deepEqual(result.problems, []);
      assert.equal(files.get('images/kernel-1!content'), hash(noise));
      assert.equal(files.get('images/ramdisk-1!content!etc/key'), hash(secret));
    });
  }

  test('a walk goes through legacy images of one and of several files', async () => {
    makeRamdisk();
    shell('mkimage -A arm64 -O linux -T kernel -C gzip -d kernel.gz one');
    const one = await walk(readFileSync(join(folder.path, 'one')));
    assert.equal(one.files.get('data!content'), hash(noise));
    shell('mkimage -A arm64 -O linux -T multi -C none -d kernel.gz:ramdisk.gz several');
    const several = await walk(readFileSync(join(folder.path, 'several')));
    assert.equal(several.files.get('data-0!content'), hash(noise));
    assert.equal(several.files.get('data-1!content!etc/key'), hash(secret));
    assert.deepEqual([...one.result.problems, ...several.result.problems], []);
  });

  if (need('walks through Android boot images', ['mkbootimg'])) {
    for (const version of [0, 1, 2, 3]) {
      test(`a walk goes through an Android boot image of version ${version}`, async () => {
        makeRamdisk();
        const dtb = version === 2 ? '--dtb kernel' : '';
        shell(`mkbootimg --header_version ${version} --kernel kernel.gz --ramdisk ramdisk.gz ${dtb} -o boot.img`);
        const { files, result } = await walk(readFileSync(join(folder.path, 'boot.img')));
        assert.deepEqual(result.problems, []);
        assert.equal(files.get('kernel!content'), hash(noise));
        assert.equal(files.get('ramdisk!content!etc/key'), hash(secret));
      });
    }
  }

  if (need('looks through raw dumps', ['mksquashfs', 'mke2fs'])) {
    test('file systems and archives are found at their offsets in a dump of flash', async () => {
      makeRamdisk();
      shell('mksquashfs root fs.squash -noappend -no-progress -comp xz');
      shell('rm -f fs.ext; truncate -s 1M fs.ext; mke2fs -q -F -d root fs.ext');
      const read = (name: string) => readFileSync(join(folder.path, name));
      const parts = ['fs.squash', 'ramdisk.xz', 'fs.ext', 'kernel.gz', 'ramdisk'].map(read);
      const dump = Buffer.alloc(4_194_304, 0xff);
      noise.copy(dump);
      const at = [0x10000, 0x30000, 0x100000, 0x300000, 0x380000];
      for (const [index, part] of parts.entries()) part.copy(dump, at[index]);
      const { files, layers, result } = await walk(dump);
      assert.deepEqual(result.problems, []);
      assert.equal(files.get(''), hash(dump));
      for (const place of ['@0x10000!', '@0x30000!content!', '@0x100000!', '@0x380000!']) {
        assert.equal(files.get(`${place}etc/key`), hash(secret), place);
      }
      assert.equal(files.get('@0x300000!content'), hash(noise));
      assert.equal(layers.length, 7);
    });

    test('what follows a legacy image is looked into, as in firmware of routers', async () => {
      makeRamdisk();
      shell(
        'mksquashfs root fs.squash -noappend -no-progress -comp gzip; mkimage -A mips -O linux -T kernel -C gzip -d kernel.gz k',
      );
      shell('cat k fs.squash > router.bin');
      const { files, result } = await walk(readFileSync(join(folder.path, 'router.bin')));
      const end = readFileSync(join(folder.path, 'k')).length.toString(16);
      assert.deepEqual(result.problems, []);
      assert.equal(files.get(`@0x${end}!etc/key`), hash(secret));
    });
  }
}

test('UF2 and Intel HEX are joined, and what is in them is looked through', async () => {
  const packed = gzipSync(noise);
  const data = Buffer.concat([Buffer.alloc(1_024, 7), packed, Buffer.alloc(1_024 - (packed.length % 256), 7)]);
  const uf2 = await walk(writeUf2(data, 0x10000000, 0xe48bff56));
  assert.equal(uf2.files.get('0x10000000@0x400!content'), hash(noise));
  const hex = await walk(writeIntelHex(data));
  assert.equal(hex.files.get('0x00000000'), hash(data));
  assert.equal(hex.files.get('0x00000000@0x400!content'), hash(noise));
});

if (need('joins S-records', ['objcopy'])) {
  test('S-records of objcopy are joined', async () => {
    writeFileSync(join(folder.path, 'plain'), noise);
    shell('objcopy -I binary -O srec --change-addresses 0x08000000 plain plain.srec');
    const { files, layers } = await walk(readFileSync(join(folder.path, 'plain.srec')));
    assert.deepEqual(layers, ['s-record ']);
    assert.equal(files.get('0x08000000'), hash(noise));
  });
}
