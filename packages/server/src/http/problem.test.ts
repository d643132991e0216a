import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ErrorCode, errorCodes, FettleError } from '@fettle/model';
import { HttpRefusal, problemOf, statusOfCode } from './problem.ts';

test('every code has a status: 4xx when the caller must change something, 5xx when the server must', () => {
  const ours = new Set<ErrorCode>(['internal', 'overloaded', 'signer-unavailable', 'storage-full']);
  for (const code of Object.keys(errorCodes) as ErrorCode[]) {
    const { status, body } = problemOf(new FettleError(code, 'why'), 'req-1');
    assert.equal(status, statusOfCode[code]);
    assert.equal(status >= 500, ours.has(code), code);
    assert.deepEqual([body.code, body.status, body.detail, body.instance], [code, status, 'why', 'req-1']);
  }
});

test('an error that is not ours tells nothing of itself', () => {
  const { status, body } = problemOf(new Error('SELECT secret FROM vault'), 'req-1');
  assert.equal(status, 500);
  assert.ok(!JSON.stringify(body).includes('secret'));
});

test('the wait is the one of the error, or the usual one of its code', () => {
  const told = new FettleError('overloaded', 'busy', { details: { retryAfterSeconds: 7 } });
  assert.equal(problemOf(told, 'r').headers['retry-after'], '7');
  assert.equal(problemOf(new FettleError('limit-reached', 'full'), 'r').headers['retry-after'], '60');
  assert.equal(problemOf(new FettleError('forbidden', 'no'), 'r').headers['retry-after'], undefined);
});

test('refusals of HTTP keep their own status and headers', () => {
  const refusal = new HttpRefusal(405, 'no', { headers: { allow: 'GET' } });
  const { status, headers, body } = problemOf(refusal, 'r');
  assert.deepEqual([status, headers.allow, body.status, body.code], [405, 'GET', 405, 'invalid-input']);
});
