import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesSource, type Source } from '../source.ts';
import { maxFieldBytes, workBytes } from './bounds.ts';
import { ImageReader } from './image-reader.ts';
import { requireDisjoint } from './ranges.ts';
import { shownText } from './text.ts';

const hundred = Buffer.from(Array.from({ length: 100 }, (_, index) => index));

/** Zeros without memory, which counts what is asked of it. */
function zeros(size: number): Source & { largest: number } {
  const source = {
    size,
    largest: 0,
    read: async (_offset: number, length: number) => {
      source.largest = Math.max(source.largest, length);
      return new Uint8Array(length);
    },
  };
  return source;
}

test('what lies inside is given, whatever was read before', async () => {
  const reader = new ImageReader(bytesSource(hundred));
  assert.deepEqual([...(await reader.bytes('x', 90, 10))], [90, 91, 92, 93, 94, 95, 96, 97, 98, 99]);
  assert.deepEqual([...(await reader.bytes('x', 3, 2))], [3, 4]);
  assert.equal((await reader.bytes('x', 100, 0)).length, 0);
});

test('what does not lie inside is refused before anything is read', async () => {
  const source = zeros(100);
  const reader = new ImageReader(source);
  const ranges = [
    [99, 2],
    [101, 0],
    [-1, 1],
    [0, -1],
    [Number.MAX_SAFE_INTEGER, 1],
    [Number.NaN, 1],
    [0, 2 ** 53],
    [0.5, 1],
  ];
  for (const [offset = 0, length = 0] of ranges) {
    await assert.rejects(reader.bytes('x', offset, length), { code: 'out-of-bounds' });
  }
  assert.equal(source.largest, 0);
});

test('a field of more than 16 MiB is refused although it lies inside', async () => {
  const source = zeros(2 ** 40);
  await assert.rejects(new ImageReader(source).bytes('x', 0, maxFieldBytes + 1), { code: 'limit' });
  assert.equal(source.largest, 0);
});

test('streaming asks for small pieces only and ends when it read too much', async () => {
  const source = zeros(8 * 1_048_576);
  let seen = 0;
  const sink = { update: (chunk: Uint8Array) => (seen += chunk.length) };
  const reader = new ImageReader(source);
  const all = [{ offset: 0, length: source.size }];
  await reader.feed('x', all, [sink]);
  assert.equal(seen, source.size);
  assert.equal(source.largest, 262_144);
  const again = async () => {
    for (;;) await reader.feed('x', all, [sink]);
  };
  await assert.rejects(again(), { code: 'limit' });
  assert.ok(seen <= workBytes + 16 * source.size);
});

test('steps are bounded, too', () => {
  const reader = new ImageReader(zeros(1));
  assert.throws(() => reader.charge(5_000_000), { code: 'limit' });
});

test('a source that changes its size is no malformed image: it is told', async () => {
  const source = { size: 10, read: async () => new Uint8Array(3) };
  await assert.rejects(new ImageReader(source).bytes('x', 0, 10), { code: 'internal' });
  assert.throws(() => new ImageReader({ ...source, size: Number.NaN }), { code: 'invalid-input' });
});

test('parts may touch and be empty, but not share a byte', () => {
  const part = (offset: number, length: number) => ({ what: 'x', offset, length });
  requireDisjoint([part(8, 8), part(0, 8), part(4, 0)]);
  assert.throws(() => requireDisjoint([part(0, 9), part(8, 8)]), { code: 'overlap' });
});

test('text ends at NUL, is short and has nothing in it that a terminal would obey', () => {
  assert.equal(shownText(Buffer.from('v1.2\0rest')), 'v1.2');
  assert.equal(shownText(Buffer.from('\x1b[31m\\')), '\\x1b[31m\\x5c');
  assert.equal(shownText(Buffer.alloc(1_000, 0x61)).length, 259);
});
