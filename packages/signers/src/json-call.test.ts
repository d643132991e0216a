import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { callJson, requireAddress } from './json-call.ts';

async function answered(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/x`;
    return await callJson({ url, method: 'POST', headers: {}, body: '{}', signal: AbortSignal.timeout(30_000) });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('a redirect is not followed: credentials are for the host that was named', async () => {
  let asked = 0;
  const redirect = answered((_request, response) => {
    asked++;
    response.writeHead(307, { location: '/v1/elsewhere' }).end();
  });
  await assert.rejects(redirect, { code: 'invalid-input', message: /redirect/ });
  assert.equal(asked, 1);
});

test('an answer without end, one that breaks off, and one that is no JSON count as no answer', async () => {
  const endless = answered((_request, response) => {
    const more = () => {
      while (response.write(Buffer.alloc(65_536, 0x20)));
    };
    response.on('drain', more);
    more();
  });
  await assert.rejects(endless, { code: 'signer-unavailable', message: /more than/ });
  const broken = answered((_request, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('{"data":', () => response.destroy());
  });
  await assert.rejects(broken, { code: 'signer-unavailable' });
  const page = answered((_request, response) => response.end('<html>hello</html>'));
  await assert.rejects(page, { code: 'signer-unavailable', message: /no JSON object/ });
  const list = answered((_request, response) => response.end('[1]'));
  await assert.rejects(list, { code: 'signer-unavailable' });
});

test("a proxy's page with an error status is told by the status", async () => {
  const { status, body } = await answered((_request, response) => response.writeHead(502).end('<html>'));
  assert.deepEqual([status, body], [502, {}]);
});

test('an address is https, or http on this machine alone, and carries no password or query', () => {
  assert.equal(requireAddress('https://vault.example:8200/', 'x'), 'https://vault.example:8200');
  assert.equal(requireAddress('http://127.0.0.1:8200', 'x'), 'http://127.0.0.1:8200');
  for (const wrong of [
    'http://vault.example',
    'https://u:p@vault.example',
    'https://a/?b=c',
    'ftp://a',
    'a',
    undefined,
  ]) {
    assert.throws(() => requireAddress(wrong, 'x'), { code: 'invalid-input' }, String(wrong));
  }
});
