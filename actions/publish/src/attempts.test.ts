import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FettleError } from '@fettle/model';
import { withAttempts } from './attempts.ts';
import { exitOf } from './exits.ts';

const away = new FettleError('overloaded', 'It is away.');
const waiting = () => {
  const said: string[] = [];
  const stop = new AbortController();
  return { said, stop, options: { signal: stop.signal, say: (text: string) => said.push(text), random: () => 0 } };
};

test('what is away is tried again, and its answer is taken', async () => {
  const { said, options } = waiting();
  let calls = 0;
  const work = async () => {
    calls += 1;
    if (calls < 3) throw away;
    return 'there';
  };
  assert.equal(await withAttempts(work, options), 'there');
  assert.equal(said.length, 2);
});

test('it is tried so often and no more, and a refusal not once again', async () => {
  const { said, options } = waiting();
  await assert.rejects(
    withAttempts(() => Promise.reject(away), options),
    away,
  );
  assert.equal(said.length, 7);
  const refused = new FettleError('forbidden', 'No.');
  const other = waiting();
  await assert.rejects(
    withAttempts(() => Promise.reject(refused), other.options),
    refused,
  );
  assert.equal(other.said.length, 0);
});

test('what ends while it waits is told as what it was', async () => {
  const { stop, options } = waiting();
  const work = () => {
    setImmediate(() => stop.abort());
    return Promise.reject(away);
  };
  await assert.rejects(withAttempts(work, { ...options, random: () => 1 }), away);
});

test('every failure has an exit code, and what is not known never passes', () => {
  assert.equal(exitOf(away), 3);
  assert.equal(exitOf(new FettleError('forbidden', 'x')), 2);
  assert.equal(exitOf(new FettleError('gate-failed', 'x')), 1);
  assert.equal(exitOf(new FettleError('already-exists', 'x')), 1);
  assert.equal(exitOf(Object.assign(new Error('x'), { code: 'ENOENT', path: '/x' })), 2);
  assert.equal(exitOf(new Error('x')), 1);
  assert.equal(exitOf(undefined), 1);
});
