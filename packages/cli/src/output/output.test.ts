import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bar, formatAge, formatBytes, formatDuration, formatShare } from './format.ts';
import { runSteps } from './steps.ts';
import { createStyle, safeLines, safeText } from './style.ts';
import { facts, table } from './table.ts';

test('columns line up whatever colours are in them, and the last one is not padded', () => {
  const style = createStyle({ write: () => {}, isTTY: true }, {});
  const text = table(
    ['a', 'long name'],
    [
      [style.good('xxxx'), 'y'],
      ['z', ''],
    ],
  );
  const plain = text.replaceAll(/\[[0-9;]*m/g, '').replaceAll('\u001b', '');
  assert.equal(plain, 'A     LONG NAME\nxxxx  y\nz');
});

test('facts line up', () => {
  assert.equal(
    facts([
      ['a', '1'],
      ['long', '2'],
    ]),
    'a     1\nlong  2',
  );
});

test('colours are off without a terminal, with NO_COLOR and on a dumb terminal', () => {
  const sink = { write: () => {}, isTTY: true };
  assert.notEqual(createStyle(sink, {}).good('x'), 'x');
  assert.equal(createStyle(sink, { NO_COLOR: '1' }).good('x'), 'x');
  assert.equal(createStyle(sink, { TERM: 'dumb' }).good('x'), 'x');
  assert.equal(createStyle({ write: () => {} }, {}).good('x'), 'x');
});

test('text from devices cannot move the cursor, ring a bell or turn the reading order round', () => {
  assert.equal(safeText('a\u001b[2Jb\u0007\r\u202ec\nd'), 'a\ufffd[2Jb\ufffd\ufffd\ufffdc\ufffdd');
  assert.equal(safeLines('a\u001b\n ::stop-commands::x\nb'), 'a\ufffd\n|  ::stop-commands::x\nb');
});

test('durations, ages, sizes and shares read as people say them', () => {
  const durations = [12, 1_500, 61_000, 3_600_000, 7_500_000, 172_800_000].map(formatDuration);
  assert.deepEqual(durations, ['12 ms', '1.5 s', '1 min', '1 h', '2 h 5 min', '2 d']);
  const now = Date.parse('2026-01-01T00:00:10Z');
  assert.deepEqual(
    [formatAge('2026-01-01T00:00:00Z', now), formatAge('2026-01-01T00:00:12Z', now), formatAge(null, now)],
    ['10 s ago', 'in 2 s', 'never'],
  );
  assert.deepEqual([5, 2_048, 1_610_612_736].map(formatBytes), ['5 B', '2 KiB', '1.5 GiB']);
  assert.deepEqual([0.05, 0.125, 1].map(formatShare), ['5 %', '12.5 %', '100 %']);
  assert.deepEqual([bar(0, 0, 4), bar(1, 2, 4), bar(9, 2, 4)], ['░░░░', '██░░', '████']);
});

test('without a terminal each step is told in a line when it is done, and a step that throws ends the work', async () => {
  const said: string[] = [];
  const sink = { write: (text: string) => said.push(text) };
  const steps = [
    { title: 'one', run: async () => 'done' },
    { title: 'two', run: () => Promise.reject(new Error('broken')) },
    { title: 'three', run: async () => 'never' },
  ];
  await assert.rejects(runSteps(steps, sink), /broken/);
  assert.deepEqual(said, ['one: done\n']);
});
