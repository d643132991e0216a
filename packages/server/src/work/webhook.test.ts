import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { type AuditEvent, FettleError, type TenantId } from '@fettle/model';
import { Webhook } from 'standardwebhooks';
import { postNotice } from './webhook.ts';

const event: AuditEvent = {
  sequence: 7,
  at: 1_790_000_000_000,
  actor: 'rollout:rol_1',
  verb: 'rollout.aborted',
  object: 'rollout/rol_1',
  fleet: 'thermostat',
  before: null,
  after: null,
  reason: 'The gate of phase „canary“ failed.',
};
const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;

async function receiver(status: number) {
  const received: { headers: IncomingHttpHeaders; body: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      response.writeHead(status, { location: '/elsewhere' }).end('x');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return { received, url, close: () => new Promise((resolve) => server.close(resolve)) };
}

const options = (url: string) => ({ url, secret, source: 'fettle', timeoutMs: 5_000, now: () => Date.now() });

test("a receiver's own library accepts the signature and reads a CloudEvent", async () => {
  const { received, url, close } = await receiver(204);
  await postNotice(options(url), 'default' as TenantId, event);
  const [got] = received;
  assert.ok(got);
  const read = new Webhook(secret).verify(got.body, got.headers as Record<string, string>) as Record<string, unknown>;
  assert.equal(read.specversion, '1.0');
  assert.equal(read.type, 'fettle.rollout.aborted');
  assert.equal(read.id, 'default-7');
  assert.deepEqual((read.data as Record<string, unknown>).reason, event.reason);
  assert.throws(() =>
    new Webhook(secret).verify(got.body.replace('aborted', 'resumed'), got.headers as Record<string, string>),
  );
  await close();
});

test('an answer other than 2xx, a redirect too, and a receiver that is away are told apart from success', async () => {
  for (const status of [500, 302, 404]) {
    const { url, close, received } = await receiver(status);
    const failed = postNotice(options(url), 'default' as TenantId, event);
    await assert.rejects(failed, (error) => error instanceof FettleError && error.retryable);
    assert.equal(received.length, 1);
    await close();
  }
  const gone = postNotice(options('http://127.0.0.1:9/'), 'default' as TenantId, event);
  await assert.rejects(gone, (error) => error instanceof FettleError && error.code === 'overloaded');
});
