import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FettleError } from '@fettle/model';
import type { Order, Outcome } from './messages.ts';
import { SessionLost } from './module-host.ts';
import { TokenClient } from './token-client.ts';

const token = { token: 'fettle' };
const order: Order = { act: 'sign', token, key: { object: 'targets' }, message: Buffer.from('release 7') };
const done: Outcome = { bytes: new Uint8Array(64) };
const signal = new AbortController().signal;

/** A module's thread that answers by a list, and keeps what it was asked. */
function thread(answers: readonly (Outcome | Error)[]) {
  const asked: string[] = [];
  const rest = [...answers];
  const call = async (given: Order): Promise<Outcome> => {
    asked.push(given.act);
    const answer = rest.shift() ?? done;
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { asked, call };
}

test('a lost session is opened again and the order repeated', async () => {
  const host = thread([new SessionLost('CKR_DEVICE_REMOVED'), {}, done]);
  assert.equal(await new TokenClient(host, token, '1234').call(order, signal), done);
  assert.deepEqual(host.asked, ['sign', 'login', 'sign']);
});

test('a token that was open and is missing now is waited for; one that never was is an error at once', async () => {
  const missing = new FettleError('not-found', 'Expected the token, found none.');
  const lost = new SessionLost('CKR_DEVICE_REMOVED');
  const host = thread([{}, lost, missing, lost, missing, lost, {}, done]);
  const client = new TokenClient(host, token, '1234');
  await client.open(signal);
  assert.equal(await client.call(order, signal), done);
  assert.equal(host.asked.filter((act) => act === 'login').length, 4);
  await assert.rejects(new TokenClient(thread([missing]), token, '1234').open(signal), { code: 'not-found' });
});

test('a PIN that was refused is never tried again', async () => {
  const wrong = new FettleError('not-authenticated', 'The token refused the PIN.');
  const host = thread([new SessionLost('no session'), wrong]);
  const client = new TokenClient(host, token, '1234');
  await assert.rejects(client.call(order, signal), { code: 'not-authenticated' });
  await assert.rejects(client.call(order, signal), { code: 'not-authenticated' });
  await assert.rejects(client.open(signal), { code: 'not-authenticated' });
  assert.equal(host.asked.filter((act) => act === 'login').length, 1);
});
