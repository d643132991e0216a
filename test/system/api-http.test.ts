import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { rawBytes, rawClient } from './api-raw.ts';
import { enrolledDevice, makeFleet, startTestServer, type TestServer } from './api-support.ts';

let server: TestServer;
before(async () => {
  server = await startTestServer({
    'http.headersTimeoutMs': 300,
    'http.bodyTimeoutMs': 300,
    'http.idleTimeoutMs': 2_000,
  });
});
after(() => server[Symbol.asyncDispose]());

/** The problem document of a raw answer. */
function problem(raw: string): { status: number; code: string; detail: string } {
  assert.match(raw, /^HTTP\/1\.1 \d{3} /, `an HTTP answer, found ${raw.slice(0, 100)}`);
  assert.match(raw, /content-type: application\/problem\+json/i);
  const body = JSON.parse(raw.slice(raw.indexOf('\r\n\r\n') + 4)) as { status: number; code: string; detail: string };
  assert.equal(Number(raw.slice(9, 12)), body.status);
  return body;
}

const garbage: readonly [what: string, bytes: string, status: number][] = [
  ['no HTTP at all', 'hello there\r\n\r\n', 400],
  ['TLS on a plain port', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
  ['a header without a name', 'GET /healthz HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n', 400],
  ['two lengths', 'POST /device/v1/enrol HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx', 400],
  [
    'length and chunks (request smuggling)',
    'POST /api/v1/fleets HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    400,
  ],
  ['a broken chunk', 'POST /device/v1/enrol HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', 400],
  ['headers without end', `GET /healthz HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`, 431],
  ['a path without end', `GET /${'x'.repeat(40_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431],
  ['a tunnel', 'CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n', 405],
  ['no host', 'GET /healthz HTTP/1.1\r\n\r\n', 400],
];
for (const [what, bytes, status] of garbage) {
  test(`${what} is refused with ${status} and a problem document`, async () => {
    assert.equal(problem(await rawBytes(server.url, bytes)).status, status);
  });
}

test('headers that trickle are cut off', async () => {
  const raw = await rawBytes(server.url, 'GET /healthz HTTP/1.1\r\nHost: x\r\n');
  assert.equal(problem(raw).status, 408);
});

for (const path of ['/device/v1/enrol', '/api/v1/fleets']) {
  test(`a body that trickles to ${path} is answered 408 and cut off`, async () => {
    const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${server.token}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`;
    assert.equal(problem(await rawBytes(server.url, head)).status, 408);
  });
}

test('a silent connection is closed', async () => {
  assert.match(await rawBytes(server.url, ''), /^$|408/);
});

test('two requests in one packet get two answers in order', async () => {
  const one = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n';
  const two = 'GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
  const raw = await rawBytes(server.url, one + two);
  assert.deepEqual(raw.match(/HTTP\/1\.1 \d{3}/g), ['HTTP/1.1 200', 'HTTP/1.1 404']);
});

test('a body far over the limit is refused at once, one a little over it after it was read', async () => {
  const far = await rawBytes(
    server.url,
    `POST /device/v1/enrol HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n`,
  );
  assert.deepEqual([problem(far).status, problem(far).code], [413, 'too-large']);
  const { send, close } = rawClient(server.url);
  const near = await send({ method: 'POST', path: '/device/v1/enrol', body: 'x'.repeat(70_000) });
  assert.equal(near.status, 413);
  close();
});

test('problem documents say what, why and where to look', async () => {
  const response = await fetch(`${server.url}/api/v1/fleets`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ id: 'a', deviceTypes: ['r1'], colour: 'red' }),
  });
  const body = (await response.json()) as Record<string, unknown>;
  assert.equal(response.headers.get('content-type'), 'application/problem+json; charset=utf-8');
  assert.equal(body.instance, response.headers.get('x-request-id'));
  const { instance, ...rest } = body;
  assert.match(String(instance), /^req-/);
  assert.deepEqual(rest, {
    type: '/api#invalid-input',
    title: 'The request does not have the documented shape.',
    status: 400,
    code: 'invalid-input',
    detail: 'Unknown field "colour" in body. Remove it.',
    retryable: false,
    details: { field: 'body/colour' },
  });
});

test('the API page stands alone: no script, nothing from elsewhere, every route and error code', async () => {
  const response = await fetch(`${server.url}/api`);
  const html = await response.text();
  assert.match(response.headers.get('content-security-policy') ?? '', /default-src 'none'/);
  assert.doesNotMatch(html, /<script|src=|https?:\/\//);
  const document = (await (await fetch(`${server.url}/api/openapi.json`)).json()) as {
    openapi: string;
    paths: Record<string, Record<string, { operationId: string }>>;
  };
  assert.equal(document.openapi, '3.1.0');
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const { operationId } of Object.values(operations)) assert.ok(html.includes(`id="${operationId}"`), `${path}`);
  }
  assert.ok(html.includes('id="counter-reused"'));
});

test('health, readiness and metrics', async () => {
  assert.deepEqual(await (await fetch(`${server.url}/healthz`)).json(), { status: 'alive' });
  assert.deepEqual(await (await fetch(`${server.url}/readyz`)).json(), { status: 'ready' });
  await makeFleet(server.client, 'metered');
  const device = await enrolledDevice(server, 'metered', 'metered-1');
  await device.checkIn();
  const text = await (await fetch(`${server.url}/metrics`)).text();
  assert.match(text, /^fettle_checkins_total [1-9]/m);
  assert.match(text, /^fettle_manage_request_seconds_count\{route="createFleet",status="201"\} [1-9]/m);
  assert.match(text, /^fettle_store\{number="batches"\} [1-9]/m);
  assert.doesNotMatch(text, /metered-1/, 'no ids in metrics');
});

test('closed metrics want an operator token', async () => {
  await using closed = await startTestServer({ 'metrics.open': false });
  assert.equal((await fetch(`${closed.url}/metrics`)).status, 401);
  const headers = { authorization: `Bearer ${closed.token}` };
  assert.equal((await fetch(`${closed.url}/metrics`, { headers })).status, 200);
});

test('with a certificate the server speaks HTTPS', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-tls-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const make = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  execFileSync('openssl', [...make, '-keyout', key, '-out', cert, ...subject], { stdio: 'ignore' });
  await using secure = await startTestServer({ 'tls.certFile': cert, 'tls.keyFile': key });
  assert.match(secure.url, /^https:/);
  const status = await new Promise<number | undefined>((resolve, reject) => {
    request(`${secure.url}/healthz`, { rejectUnauthorized: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
  assert.equal(status, 200);
  secure.server.reload();
  rmSync(folder, { recursive: true });
});

test('more connections than allowed are closed, the others go on', async () => {
  await using small = await startTestServer({ 'http.maxConnections': 3 });
  const port = Number(new URL(small.url).port);
  const open = () => {
    const socket = connect(port, '127.0.0.1');
    return new Promise<typeof socket>((resolve) => socket.once('connect', () => resolve(socket)));
  };
  const held = await Promise.all([open(), open()]);
  assert.equal((await fetch(`${small.url}/healthz`)).status, 200);
  for (const socket of held) socket.destroy();
});

test('links in offers begin with the public URL', async () => {
  const { publish, allAtOnce, until } = await import('./api-support.ts');
  await using behind = await startTestServer({ 'http.publicUrl': 'https://updates.example.com/' });
  const fleet = await makeFleet(behind.client);
  const { sha256 } = await publish(behind.client, { ...fleet, version: '1.0.0', bytes: Buffer.from('image') });
  const device = await enrolledDevice(behind, fleet.fleet, 'unit-1');
  await behind.client.createRollout({
    fleet: fleet.fleet,
    version: '1.0.0',
    group: 'all',
    plan: allAtOnce,
    start: true,
  });
  const offer = await until(async () => (await device.checkIn()).offer, 'an offer');
  assert.equal(offer.artifacts[0]?.url, `https://updates.example.com/device/v1/artifacts/${sha256}`);
});
