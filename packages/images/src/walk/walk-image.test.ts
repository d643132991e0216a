import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { seededBytes } from '../../test/random.ts';
import { writeCpio, writeTar, writeZip } from '../../test/write-archives.ts';
import { writeElf, writeUimage } from '../../test/write-small.ts';
import { bytesSource, type Source } from '../source.ts';
import { memoryScratch } from './memory-scratch.ts';
import { walkImage } from './walk-image.ts';
import { type WalkLimits, walkLimits } from './walk-limits.ts';
import type { Scratch, Visitor, WalkedFile, WalkResult } from './walked.ts';

const mib = 1_048_576;
const secret = Buffer.from('a line of text that is not a container\n');

interface Seen {
  readonly places: string[];
  readonly files: Map<
    string,
    Pick<WalkedFile, 'sha256' | 'isContainer' | 'sizeBytes'> & { readonly text: string | null }
  >;
  readonly layers: string[];
  readonly result: WalkResult;
}

async function walk(
  source: Source,
  options: { readonly limits?: Partial<WalkLimits>; readonly scratch?: Scratch } = {},
): Promise<Seen> {
  const seen = { places: [] as string[], files: new Map() as Seen['files'], layers: [] as string[] };
  const visitor: Visitor = {
    layer: (layer) => void seen.layers.push(`${layer.format} ${layer.place} in ${layer.parent}`),
    entry: (entry) => void seen.places.push(entry.place),
    file: ({ place, sha256, isContainer, sizeBytes, bytes }) => {
      const text = bytes && bytes.length < 100 ? Buffer.from(bytes).toString() : null;
      seen.files.set(place, { sha256, isContainer, sizeBytes, text });
    },
  };
  const limits = { ...walkLimits, ...options.limits };
  const result = await walkImage(source, visitor, { scratch: options.scratch ?? memoryScratch(256 * mib), limits });
  return { ...seen, result };
}

const codes = (seen: Seen) => seen.result.problems.map(({ code, place }) => `${code} ${place}`);

test('layers within layers are entered by their content, and presented as files first', async () => {
  const tar = writeTar([{ name: './etc/key', bytes: secret, mode: 0o600 }]);
  const zip = writeZip([{ name: 'firmware.bin', bytes: gzipSync(tar) }]);
  const seen = await walk(bytesSource(writeCpio([{ name: 'a/update', bytes: zip }])));
  assert.deepEqual(seen.layers, [
    'cpio  in null',
    'zip a/update! in 0',
    'gzip a/update!firmware.bin! in 1',
    'tar a/update!firmware.bin!content! in 2',
  ]);
  const place = 'a/update!firmware.bin!content!etc/key';
  assert.deepEqual(seen.places, ['a/update', 'a/update!firmware.bin', 'a/update!firmware.bin!content', place]);
  assert.equal(seen.files.get(place)?.text, secret.toString());
  assert.equal(seen.files.get(place)?.sha256, createHash('sha256').update(secret).digest('hex'));
  assert.deepEqual(
    [...seen.files.values()].map((file) => file.isContainer),
    [true, true, true, false],
  );
  assert.deepEqual([seen.result.problems, seen.result.layers, seen.result.entries], [[], 4, 4]);
});

test('a program and unknown bytes are one file each, of the empty path', async () => {
  const program = await walk(bytesSource(writeElf(Buffer.from('build'), '{}')));
  assert.deepEqual([program.layers, program.places], [['elf  in null'], ['']]);
  const text = await walk(bytesSource(secret));
  assert.deepEqual([text.layers, text.files.get('')?.text], [['raw  in null'], secret.toString()]);
  const nothing = await walk(bytesSource(Buffer.alloc(0)));
  assert.deepEqual([nothing.places, nothing.result.problems], [[''], []]);
});

test('packed data is found at an offset of unknown bytes', async () => {
  const bytes = Buffer.concat([seededBytes(1, 5_000), gzipSync(seededBytes(2, 3_000)), seededBytes(3, 5_000)]);
  const seen = await walk(bytesSource(bytes));
  assert.deepEqual(seen.layers, ['raw  in null', 'gzip @0x1388! in 0']);
  assert.equal(seen.files.get('@0x1388!content')?.sizeBytes, 3_000);
});

test('a kernel is looked through wherever it stands; other unknown files of a file system or library are not', async () => {
  const kernel = Buffer.alloc(4_096, 0x90);
  kernel.write('HdrS', 0x202, 'latin1');
  const packed = gzipSync(seededBytes(4, 3_000));
  const member = (name: string, bytes: Buffer) => {
    const header = `${name.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'100644'.padEnd(8)}`;
    return Buffer.concat([Buffer.from(`${header}${String(bytes.length).padEnd(10)}\`\n`), bytes]);
  };
  const vmlinuz = member('vmlinuz/', Buffer.concat([kernel, packed, Buffer.alloc(packed.length % 2)]));
  const other = member('other/', Buffer.concat([Buffer.alloc(4_096, 0x90), packed]));
  const seen = await walk(bytesSource(Buffer.concat([Buffer.from('!<arch>\n'), vmlinuz, other])));
  assert.deepEqual(seen.layers, ['ar  in null', 'gzip vmlinuz@0x1000! in 0']);
  assert.deepEqual(seen.result.problems, []);
});

test('what follows the end of a layer is a part of its own', async () => {
  const seen = await walk(
    bytesSource(Buffer.concat([writeUimage(secret, 'x'), Buffer.alloc(100, 0xff), gzipSync(secret)])),
  );
  assert.deepEqual([...seen.files.keys()], ['data', `@0x${(64 + secret.length).toString(16)}`]);
});

test('members that lead out are taken as inside, and told', async () => {
  const seen = await walk(bytesSource(writeTar([{ name: '../../etc/../shadow', bytes: secret }])));
  assert.deepEqual(seen.places, ['etc/shadow']);
  assert.ok(codes(seen).every((code) => code === 'leads-out etc/shadow') && codes(seen).length > 0);
});

test('bombs end at their ratio, whatever packs them', async () => {
  const zeros = Buffer.alloc(80 * mib);
  const limits = { ratioFreeBytes: mib, ratio: 20 };
  const zip = writeZip([
    { name: 'bomb', bytes: zeros },
    { name: 'after', bytes: secret },
  ]);
  for (const bomb of [gzipSync(zeros), zstdCompressSync(zeros), zip]) {
    const seen = await walk(bytesSource(bomb), { limits });
    assert.equal(seen.result.problems[0]?.code, 'too-compressed');
    assert.ok(seen.result.bytes < 6 * mib + 20 * bomb.length);
  }
});

test('a zip archive whose members share their bytes is refused', async () => {
  const members = Array.from({ length: 50 }, (_, index) => ({ name: `m${index}`, bytes: Buffer.alloc(100_000) }));
  const seen = await walk(bytesSource(writeZip(members, { isShared: true })));
  assert.deepEqual([codes(seen), seen.files.size], [['malformed '], 0]);
});

test('the limits on depth, layers, entries, bytes, files, paths and problems hold', async () => {
  let nested: Buffer = secret;
  for (let level = 0; level < 12; level++) nested = gzipSync(nested);
  const deep = await walk(bytesSource(nested));
  assert.deepEqual([deep.layers.length, codes(deep)[0]?.split(' ')[0]], [9, 'too-deep']);
  const tar = (count: number, bytes: Uint8Array) =>
    bytesSource(writeTar(Array.from({ length: count }, (_, index) => ({ name: `f${index}`, bytes }))));
  const layers = await walk(tar(10, gzipSync(secret)), { limits: { layers: 4 } });
  assert.deepEqual([layers.layers.length, codes(layers).length], [4, 7]);
  const entries = await walk(tar(10, secret), { limits: { entries: 5 } });
  assert.deepEqual([entries.places.length, codes(entries)], [5, ['too-many ']]);
  const bytes = await walk(tar(10, secret), { limits: { bytes: 100 } });
  assert.deepEqual([bytes.files.size, codes(bytes)], [2, ['too-large ']]);
  const large = await walk(tar(2, secret), { limits: { fileBytes: 10 } });
  assert.deepEqual([large.files.size, codes(large)], [0, ['too-large f0', 'too-large f1']]);
  const paths = await walk(bytesSource(writeTar([{ name: 'a/b/c/d', bytes: secret }])), { limits: { pathDepth: 3 } });
  assert.deepEqual([paths.places, paths.result.problems[0]?.code], [[], 'too-deep']);
  const problems = await walk(tar(10, secret), { limits: { fileBytes: 10, problems: 3 } });
  assert.equal(problems.result.problems.length, 3);
});

test('large contents go into the scratch, which is empty again at the end', async () => {
  let open = 0;
  const inner = memoryScratch(256 * mib);
  const scratch: Scratch = {
    create: async () => {
      const file = await inner.create();
      open++;
      return { ...file, discard: () => file.discard().then(() => void open--) };
    },
  };
  const content = seededBytes(5, 200_000);
  const packed = gzipSync(writeTar([{ name: 'large', bytes: content }]));
  const seen = await walk(bytesSource(packed), { scratch, limits: { wholeFileBytes: 100_000 } });
  assert.equal(seen.files.get('content!large')?.sha256, createHash('sha256').update(content).digest('hex'));
  assert.deepEqual([seen.result.problems, open], [[], 0]);
});

test('what the source, the scratch or the visitor throws leaves the walk', async () => {
  const broken = new Error('the disk is gone');
  const fail = () => Promise.reject(broken);
  const options = { scratch: memoryScratch(mib) };
  const image = bytesSource(writeTar([{ name: 'x', bytes: secret }]));
  await assert.rejects(walkImage({ size: 10, read: fail }, {}, options), broken);
  await assert.rejects(walkImage(image, { file: fail }, options), broken);
  await assert.rejects(walkImage(image, { entry: fail }, options), broken);
  const packed = bytesSource(gzipSync(seededBytes(6, 5_000)));
  const limits = { ...walkLimits, wholeFileBytes: 10 };
  await assert.rejects(walkImage(packed, {}, { scratch: { create: fail }, limits }), broken);
  await assert.rejects(walkImage(packed, {}, { scratch: memoryScratch(100), limits }), { code: 'too-large' });
});

test('random bytes behind any magic number end as a walk', async () => {
  const magics = [
    'hsqs',
    '070701',
    'ANDROID!',
    'UF2\n',
    'BZh9',
    'PK\x03\x04',
    '!<arch>\n',
    'UBI#\x01',
    ':00000001FF\n',
    'S1',
  ];
  const hex = [
    '1f8b08',
    'fd377a585a00',
    '28b52ffd',
    '04224d18',
    '02214c18',
    'd00dfeed',
    '27051956',
    '3db8f396',
    '5d0000',
  ];
  const starts = [
    ...magics.map((magic) => Buffer.from(magic, 'latin1')),
    ...hex.map((magic) => Buffer.from(magic, 'hex')),
  ];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 3_000 }), async (start, bytes) => {
      const { result } = await walk(bytesSource(Buffer.concat([start, bytes])));
      assert.ok(result.bytes < 64 * mib);
    }),
    { numRuns: 400 },
  );
});
