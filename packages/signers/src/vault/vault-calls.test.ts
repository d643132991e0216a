import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { FettleError } from '@fettle/model';
import { readVaultSettings } from './settings.ts';
import { callVault } from './vault-calls.ts';

async function refusal(status: number, body: unknown, sent: Record<string, string> = {}): Promise<unknown> {
  const server = createServer((_request, response) => response.writeHead(status).end(JSON.stringify(body)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const settings = readVaultSettings(`vault:targets?address=${address}`);
    const signal = AbortSignal.timeout(30_000);
    return await callVault(settings, { path: 'transit/sign/targets', body: sent, token: 'hvs.token', signal }).then(
      () => assert.fail('expected a refusal'),
      (error: unknown) => error,
    );
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('each status has its code: what is busy or sealed is away, never a refusal of the login', async () => {
  const away = 'signer-unavailable';
  const codes = { 400: 'key-refused', 403: 'forbidden', 404: 'not-found', 429: away, 500: away, 503: away };
  for (const [status, code] of Object.entries(codes)) {
    const error = await refusal(Number(status), { errors: [] });
    assert.equal(error instanceof FettleError && error.code, code, status);
  }
});

test('what Vault says is passed on, in one short line and without what was sent in secret', async () => {
  const errors = ['bad token hvs.token\u001b[31m', `secret s3cret was wrong ${'x'.repeat(5_000)}`];
  const { message } = (await refusal(400, { errors }, { secret_id: 's3cret' })) as Error;
  assert.match(message, /bad token \(secret\)/);
  assert.match(message, /secret \(secret\) was wrong/);
  assert.ok(!message.includes('hvs.token') && !message.includes('s3cret') && !message.includes('\u001b'));
  assert.ok(message.length < 600);
});
