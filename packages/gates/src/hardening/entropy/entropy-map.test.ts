import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { bytesSource } from '@fettle/images';
import fc from 'fast-check';
import { collect, contextOf } from '../../../test/hardening/fake-tree.ts';
import { beginHardening } from '../begin-hardening.ts';
import { mapEntropy } from './entropy-map.ts';

const zeros = Buffer.alloc(262_144);
const random = randomBytes(409_600);

test('bytes that look random for no known reason are opaque, with their place and share', async () => {
  const map = await mapEntropy(bytesSource(Buffer.concat([zeros, random, zeros])));
  assert.deepEqual(map.regions, [{ offset: 262_144, sizeBytes: 409_600, explainedBy: null }]);
  assert.equal(map.windows, 228);
  assert.ok(map.opaqueWindows > 60 && map.opaqueWindows <= 100, `${map.opaqueWindows}`);
  assert.equal(map.opaqueShare, Math.round((map.opaqueWindows / 228) * 10_000) / 10_000);
  assert.equal(map.cells[0], 0);
  assert.ok((map.cells[100] ?? 0) >= 252);
});

test('what a known magic begins is explained, and what comes long after it is not', async () => {
  const packed = gzipSync(random);
  const map = await mapEntropy(bytesSource(Buffer.concat([zeros, packed, zeros, random])));
  assert.deepEqual(
    map.regions.map(({ explainedBy }) => explainedBy),
    ['gzip', null],
  );
  assert.ok(map.opaqueWindows > 60 && map.opaqueWindows < map.denseWindows);
});

test('a squashfs explains as many bytes as it says that it has', async () => {
  // Blocks of zstd in it begin as every zstd does.
  const header = Buffer.alloc(96);
  header.write('28b52ffd', 92, 'hex');
  header.write('hsqs');
  header.writeUInt16LE(4, 28);
  header.writeBigUInt64LE(BigInt(96 + 409_600 * 2 + zeros.length), 40);
  const map = await mapEntropy(bytesSource(Buffer.concat([header, random, zeros, random, zeros, random])));
  assert.deepEqual(
    map.regions.map(({ explainedBy }) => explainedBy),
    ['squashfs', 'squashfs', null],
  );
});

test('an empty artifact and one with half a window have a map', async () => {
  const empty = await mapEntropy(bytesSource(Buffer.alloc(0)));
  assert.deepEqual([empty.windows, empty.opaqueShare, empty.totalBits], [0, 0, 0]);
  const short = await mapEntropy(bytesSource(Buffer.from('abab')));
  assert.deepEqual([short.windows, short.totalBits, short.regions.length], [1, 1, 0]);
});

test('an artifact that is opaque is a finding, and so is one that became so', async () => {
  const artifact = Buffer.concat([zeros, random]);
  const report = await collect(beginHardening(contextOf(artifact), { previous: { opaqueShare: 0 } }), [], {
    format: 'raw',
  });
  const found = report.findings.map(({ rule, offset }) => [rule, offset]);
  assert.deepEqual(found, [
    ['more-opaque-bytes', 262_144],
    ['opaque-bytes', 262_144],
  ]);
  const packed = await collect(beginHardening(contextOf(artifact), {}), [], { format: 'squashfs' });
  assert.deepEqual([packed.findings, packed.facts.opaqueShare], [[], 0]);
});

test('any bytes have a map whose regions lie in order and inside', async () => {
  const piece = fc.oneof(
    fc.constant(zeros.subarray(0, 9_000)),
    fc.constant(random.subarray(0, 20_000)),
    fc.uint8Array(),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
      const bytes = Buffer.concat(pieces);
      const { regions, windows, denseWindows, opaqueWindows } = await mapEntropy(bytesSource(bytes));
      assert.ok(opaqueWindows <= denseWindows && denseWindows <= windows);
      let end = 0;
      for (const { offset, sizeBytes } of regions) {
        assert.ok(offset >= end && sizeBytes > 0);
        end = offset + sizeBytes;
      }
      assert.ok(end <= bytes.length);
    }),
  );
});
