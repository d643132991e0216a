import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { bytesSource, type WalkResult } from '@fettle/images';
import { memoryScratch, walkImage } from '@fettle/images/walk';
import { seededBytes } from '../../../packages/images/test/random.ts';
import { workFolder } from '../images/work-folder.ts';
import { need } from '../need.ts';
import { runIn } from '../walk-filesystems/tree.ts';

const folder = workFolder();
const noise = seededBytes(22, 300_000);
/** Blocks that pack well, and one that does not and is stored. */
const plain = Buffer.concat([Buffer.alloc(400_000, 'the same again '), noise, Buffer.from('end\n'.repeat(9_000))]);
const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function walk(bytes: Uint8Array): Promise<{ files: Map<string, string>; result: WalkResult }> {
  const files = new Map<string, string>();
  const file = ({ place, sha256 }: { place: string; sha256: string }) => void files.set(place, sha256);
  const result = await walkImage(bytesSource(bytes), { file }, { scratch: memoryScratch(64 * 1_048_576) });
  return { files, result };
}

if (need('walks through lzop', ['lzop'])) {
  const pack = (options: string) => {
    writeFileSync(join(folder.path, 'plain'), plain);
    runIn(folder.path, 'sh', ['-c', `lzop ${options} -c plain > packed`]);
    return readFileSync(join(folder.path, 'packed'));
  };

  for (const options of ['', '-1', '-9', '--crc32', '-C', '--no-checksum', '--no-name']) {
    test(`a walk unpacks what "lzop ${options}" packed, also twice in one file and at an offset`, async () => {
      const packed = pack(options);
      const once = await walk(packed);
      assert.deepEqual([once.files.get('content'), once.result.problems], [hash(plain), []]);
      const twice = await walk(Buffer.concat([packed, packed]));
      assert.equal(twice.files.get('content'), hash(Buffer.concat([plain, plain])));
      const dump = await walk(Buffer.concat([Buffer.alloc(5_000, 7), packed, Buffer.alloc(5_000, 7)]));
      assert.deepEqual([dump.files.get('@0x1388!content'), dump.result.problems], [hash(plain), []]);
    });
  }

  test('lzop data that is changed or cut off anywhere is told or read, and never more than its bytes allow', async () => {
    const packed = pack('');
    const random = seededBytes(23, 4_000);
    let told = 0;
    for (let round = 0; round < 300; round++) {
      const bytes = Buffer.from(packed);
      // Every second change is in the header and the first block's, where fields are.
      const at = random.readUInt32LE(round * 12) % (round % 2 === 0 ? 80 : bytes.length);
      bytes[at] = random.readUInt8(round * 12 + 4);
      const length = round % 3 === 0 ? random.readUInt32LE(round * 12 + 8) % bytes.length : bytes.length;
      const { result } = await walk(bytes.subarray(0, length));
      told += result.problems.length > 0 ? 1 : 0;
      assert.ok(result.bytes <= 2 * plain.length + 2 * bytes.length);
    }
    assert.ok(told > 100);
  });
}
