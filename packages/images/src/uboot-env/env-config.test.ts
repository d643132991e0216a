import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseEnvConfig } from './env-config.ts';

test('one line is the single form, two lines are the redundant one, comments and blanks are skipped', () => {
  assert.deepEqual(parseEnvConfig('# the environment\n\n  /dev/mmcblk0  0x400000\t0x4000 \n'), {
    ok: true,
    areas: [{ file: '/dev/mmcblk0', offsetBytes: 0x400000, sizeBytes: 0x4000 }],
  });
  assert.deepEqual(parseEnvConfig('env 0 2000 2000 1\r\nenv 8192 0x2000 0x2000\n'), {
    ok: true,
    areas: [
      { file: 'env', offsetBytes: 0, sizeBytes: 0x2000 },
      { file: 'env', offsetBytes: 8192, sizeBytes: 0x2000 },
    ],
  });
});

test('an offset with a leading zero is octal, as the C library reads it', () => {
  assert.deepEqual(parseEnvConfig('env 020000 2000'), {
    ok: true,
    areas: [{ file: 'env', offsetBytes: 8192, sizeBytes: 0x2000 }],
  });
});

test('configurations that cannot be meant are refused with the line', () => {
  const cases: [string, string][] = [
    ['', 'names no environment'],
    ['a 0 2000\nb 0 2000\nc 0 2000', 'more than two'],
    ['a 0 2000\nb 0 4000', 'differ in size'],
    ['a 0 2000\na 0x1000 2000', 'overlap'],
    ['a 0', 'line 1: expected FILE OFFSET SIZE'],
    ['a 0 2000\nb -0x2000 2000', 'line 2: OFFSET'],
    ['a 0xfffffffffffff 2000', 'line 1: OFFSET'],
    ['a 999999999999999 2000', 'line 1: OFFSET'],
    ['a 0 0', 'line 1: SIZE'],
    ['a 0 200000', 'line 1: SIZE'],
    ['a 0 size', 'line 1: SIZE'],
    ['a 0 2000 2000 1 1', 'line 1: expected at most'],
    ['a 0 2000 sector', 'line 1: expected at most'],
    ['#'.repeat(16_385), 'characters'],
  ];
  for (const [text, expected] of cases) {
    const config = parseEnvConfig(text);
    assert.equal(config.ok, false, text);
    assert.match(config.ok ? '' : config.message, new RegExp(expected), text);
  }
});

test('random text never crashes the reader', () => {
  fc.assert(fc.property(fc.string({ maxLength: 200 }), (text) => typeof parseEnvConfig(text).ok === 'boolean'));
});
