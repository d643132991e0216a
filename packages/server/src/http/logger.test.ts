import assert from 'node:assert/strict';
import { test } from 'node:test';
import { humanLine } from './logger.ts';

test('a log line for people has time, severity, message, facts and the stack of an error', () => {
  const line = JSON.stringify({
    level: 50,
    time: Date.UTC(2026, 0, 1, 12, 30),
    msg: 'failed',
    path: '/x',
    n: 1,
    err: { stack: 'Error: disk\n  at x' },
  });
  assert.equal(humanLine(line), '12:30:00 ERROR failed path=/x n=1\n  Error: disk\n  at x\n');
});
