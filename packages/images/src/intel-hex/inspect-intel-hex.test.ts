import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspectBytes } from '../../test/broken.ts';
import { seededBytes } from '../../test/random.ts';
import { writeIntelHex } from '../../test/write-small.ts';

const good = writeIntelHex(seededBytes(8, 100));
const lines = good.toString().trim().split('\r\n');
const file = (...all: string[]) => Buffer.from(`${all.join('\n')}\n`);

test('a file says how much data it has and that its sums fit, also over many pieces', async () => {
  assert.equal((await inspectBytes(good)).description, '100 bytes of data');
  const large = await inspectBytes(writeIntelHex(seededBytes(9, 60_000)));
  assert.deepEqual([large.description, large.hashes[0]?.ok], ['60000 bytes of data', true]);
});

test('a changed digit is found by the sum of its record', async () => {
  const found = await inspectBytes(
    file(
      (lines[0] ?? '').replace(/.$/, (digit) => (digit === '0' ? '1' : '0')),
      ...lines.slice(1),
    ),
  );
  assert.deepEqual(found.hashes, [{ what: 'records', algorithm: 'sum8', ok: false }]);
});

test('records of a maker are counted and told', async () => {
  const found = await inspectBytes(file(lines[0] ?? '', ':0000000AF6', ...lines.slice(1)));
  assert.deepEqual([found.hashes[0]?.ok, found.warnings.length], [true, 1]);
});

const broken: readonly (readonly [string, string, Buffer])[] = [
  ['no end', 'out-of-bounds', file(...lines.slice(0, -1))],
  ['records after the end', 'contradiction', file(...lines, lines[0] ?? '')],
  ['a line that is no record', 'contradiction', file(lines[0] ?? '', 'hello')],
  ['a record of another length', 'contradiction', file(lines[0] ?? '', ':01000000FFEE00', ...lines.slice(1))],
  ['a line without end', 'limit', Buffer.concat([file(lines[0] ?? ''), Buffer.alloc(200_000, '0')])],
];
for (const [what, code, bytes] of broken) {
  test(`a file with ${what} ends as ${code}`, async () => {
    const found = await inspectBytes(bytes);
    assert.deepEqual([found.format, found.problem?.code], ['intel-hex', code]);
  });
}
