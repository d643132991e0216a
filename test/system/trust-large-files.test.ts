import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '@fettle/model';
import { startTestServer } from './api-support.ts';

const mebibyte = 1_048_576;

test('routes that take files of repositories take them in their whole size, and no more', async () => {
  await using server = await startTestServer();
  const { client } = server;
  await client.createFleet({ id: 'routers', deviceTypes: ['r1'] });
  const payload = (bytes: number) => Buffer.alloc(bytes, 'a').toString('base64');
  const stage = (bytes: number) =>
    client.requestTrustChange({ repository: 'image', role: 'root', payload: payload(bytes), reason: '' });
  // It is looked at, and found to be none.
  await assert.rejects(stage(3 * mebibyte), { code: 'invalid-input', message: /cannot be signed/ });
  await assert.rejects(stage(7 * mebibyte), { code: 'too-large' });
  const publish = (targets: string) => client.publishRelease({ fleet: 'routers', targets });
  await assert.rejects(publish('"'.repeat(limits.trustFileBytes - 100)), { code: 'wrong-state' });
  await assert.rejects(publish('"'.repeat(limits.trustFileBytes + 100)), { code: 'too-large' });
  // Everything else has the small bound as before.
  await assert.rejects(client.createFleet({ id: 'x'.repeat(2 * mebibyte), deviceTypes: ['r1'] }), {
    code: 'too-large',
  });
});
