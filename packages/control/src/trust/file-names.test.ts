import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readFileName } from './file-names.ts';

test('names of files are read as TUF writes them', () => {
  assert.deepEqual(readFileName('timestamp.json'), { role: 'timestamp', version: undefined });
  assert.deepEqual(readFileName('12.root.json'), { role: 'root', version: 12 });
  assert.deepEqual(readFileName('3.thermo.stat-2.json'), { role: 'thermo.stat-2', version: 3 });
  assert.deepEqual(readFileName('7.timestamp.json'), { role: 'timestamp', version: 7 });
});

for (const name of [
  '',
  'root.json',
  '0.root.json',
  '01.root.json',
  '-1.root.json',
  '1.root',
  '1..json',
  '1.Root.json',
]) {
  test(`"${name}" names no file`, () => assert.equal(readFileName(name), undefined));
}

test('whatever is asked for, only plain names come of it', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.tuple(fc.nat(), fc.string()).map(([n, s]) => `${n}.${s}.json`),
      ),
      (name) => {
        const read = readFileName(name);
        if (read?.version === undefined) return read === undefined || name === 'timestamp.json';
        return `${read.version}.${read.role}.json` === name && /^[a-z0-9._-]+$/.test(read.role);
      },
    ),
  );
});
