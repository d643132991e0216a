import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FettleError } from '@fettle/model';
import { retrying, within } from './within.ts';

const away = () => new FettleError('signer-unavailable', 'The token is away.');
const quick = { firstMs: 1, capMs: 2 };

test('work that never ends is given up at its time limit, and its signal says so', async () => {
  let seen: AbortSignal | undefined;
  const work = (signal: AbortSignal) => {
    seen = signal;
    return new Promise<never>(() => {});
  };
  await assert.rejects(within(work, { timeoutMs: 20, what: 'token' }), {
    code: 'signer-unavailable',
    message: /answer of token/,
  });
  assert.ok(seen?.aborted);
});

test('work that was called off before it began is not begun', async () => {
  let begun = false;
  const work = async () => {
    begun = true;
  };
  const signal = AbortSignal.abort(new Error('no'));
  await assert.rejects(within(work, { timeoutMs: 1_000, signal, what: 'token' }), { code: 'signer-unavailable' });
  assert.ok(!begun);
});

test('what is away is asked again up to so many times, anything else is told at once', async () => {
  const signal = new AbortController().signal;
  let asked = 0;
  const back = await retrying(async () => (++asked < 3 ? Promise.reject(away()) : 'back'), { signal, ...quick });
  assert.deepEqual([back, asked], ['back', 3]);
  asked = 0;
  const never = async () => {
    asked++;
    throw away();
  };
  await assert.rejects(retrying(never, { signal, attempts: 4, ...quick }), { code: 'signer-unavailable' });
  assert.equal(asked, 4);
  asked = 0;
  const wrong = async () => {
    asked++;
    throw new FettleError('not-authenticated', 'Wrong PIN.');
  };
  await assert.rejects(retrying(wrong, { signal, ...quick }), { code: 'not-authenticated' });
  assert.equal(asked, 1);
});

test('pauses double up to a cap and are drawn from the whole of it', async () => {
  const drawn: number[] = [];
  const random = () => {
    drawn.push(1);
    return 0;
  };
  const signal = new AbortController().signal;
  const never = async () => Promise.reject(away());
  await assert.rejects(retrying(never, { signal, attempts: 5, random }), { code: 'signer-unavailable' });
  assert.equal(drawn.length, 4);
});
