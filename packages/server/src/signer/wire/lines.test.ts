import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { createLineCutter } from './lines.ts';

test('however a stream is cut into chunks, the same lines come out', () => {
  const stream = fc.array(fc.stringMatching(/^[a-z]{0,9}$/), { maxLength: 20 });
  fc.assert(
    fc.property(stream, fc.string({ maxLength: 5 }), fc.array(fc.nat(12)), (lines, rest, cuts) => {
      const tail = Buffer.from(rest.replaceAll('\n', ''));
      const bytes = Buffer.concat([Buffer.from(lines.map((line) => `${line}\n`).join('')), tail]);
      const cutter = createLineCutter(100);
      const found: string[] = [];
      for (let at = 0, turn = 0; at < bytes.length; turn++) {
        const end = at + 1 + (cuts[turn] ?? 40);
        const taken = cutter.push(bytes.subarray(at, end));
        assert.ok(taken !== 'too-long');
        found.push(...taken.map(String));
        at = end;
      }
      assert.deepEqual(found, lines);
      assert.equal(cutter.pending, tail.length);
    }),
  );
});

test('a line of the most bytes is taken, one byte more is not, with its end or without', () => {
  assert.deepEqual(createLineCutter(3).push(Buffer.from('abc\n')), [Buffer.from('abc')]);
  assert.equal(createLineCutter(3).push(Buffer.from('abcd\n')), 'too-long');
  assert.equal(createLineCutter(3).push(Buffer.from('a\nabcd')), 'too-long');
  const cutter = createLineCutter(3);
  assert.deepEqual(cutter.push(Buffer.from('ab')), []);
  assert.equal(cutter.push(Buffer.from('cd')), 'too-long');
});
