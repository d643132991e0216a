import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { native } from '@fettle/protocol';
import {
  enrolledDevice,
  makeFleet,
  publish,
  startTestServer,
  type TestDevice,
  type TestServer,
  until,
} from './api-support.ts';

// More than the buffers of a connection on this machine hold.
const bytes = randomBytes(16_000_000);
let server: TestServer;
let device: TestDevice;
let path: string;
let tag: string;

before(async () => {
  server = await startTestServer({ 'downloads.maxOpen': 2 });
  const fleet = await makeFleet(server.client);
  const { sha256 } = await publish(server.client, { ...fleet, version: '1.0.0', bytes });
  device = await enrolledDevice(server, fleet.fleet, 'unit-1');
  path = `${native.nativePaths.artifacts}/${sha256}`;
  tag = `"${sha256}"`;
});
after(() => server[Symbol.asyncDispose]());

const body = async (response: Response) => Buffer.from(await response.arrayBuffer());

test('the whole artifact comes with a strong tag and may be cached for ever', async () => {
  const response = await device.get(path);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('etag'), tag);
  assert.equal(response.headers.get('accept-ranges'), 'bytes');
  assert.match(response.headers.get('cache-control') ?? '', /immutable/);
  assert.equal(response.headers.get('content-length'), String(bytes.length));
  assert.deepEqual(await body(response), bytes);
});

test('HEAD tells the same without the bytes, and knows no ranges', async () => {
  const response = await device.get(path, { range: 'bytes=0-9' }, 'HEAD');
  assert.deepEqual([response.status, response.headers.get('content-length')], [200, String(bytes.length)]);
  assert.equal((await body(response)).length, 0);
});

const ranges: readonly [range: string, start: number, end: number][] = [
  ['bytes=0-0', 0, 0],
  ['bytes=8000000-', 8_000_000, 15_999_999],
  ['bytes=-7', 15_999_993, 15_999_999],
  ['bytes=15999999-20000000', 15_999_999, 15_999_999],
];
for (const [range, start, end] of ranges) {
  test(`Range ${range} gives bytes ${start} to ${end}`, async () => {
    const response = await device.get(path, { range });
    assert.equal(response.status, 206);
    assert.equal(response.headers.get('content-range'), `bytes ${start}-${end}/${bytes.length}`);
    assert.deepEqual(await body(response), bytes.subarray(start, end + 1));
  });
}

test('a range behind the end is refused with the size', async () => {
  const response = await device.get(path, { range: `bytes=${bytes.length}-` });
  assert.equal(response.status, 416);
  assert.equal(response.headers.get('content-range'), `bytes */${bytes.length}`);
  assert.equal(response.headers.get('content-type'), 'application/problem+json');
});

test('several ranges at once give the whole', async () => {
  const response = await device.get(path, { range: 'bytes=0-1,5-6' });
  assert.equal(response.status, 200);
  assert.equal((await body(response)).length, bytes.length);
});

test('If-Range goes on only with the same bytes', async () => {
  const same = await device.get(path, { range: 'bytes=10-19', 'if-range': tag });
  assert.equal(same.status, 206);
  const other = await device.get(path, { range: 'bytes=10-19', 'if-range': '"other"' });
  assert.equal(other.status, 200);
  const weak = await device.get(path, { range: 'bytes=10-19', 'if-range': `W/${tag}` });
  assert.equal(weak.status, 200);
  for (const response of [same, other, weak]) await response.body?.cancel();
});

test('If-None-Match spares the bytes, If-Match insists on them', async () => {
  assert.equal((await device.get(path, { 'if-none-match': tag })).status, 304);
  assert.equal((await device.get(path, { 'if-match': '"other"' })).status, 412);
  const match = await device.get(path, { 'if-match': tag, range: 'bytes=0-0' });
  assert.equal(match.status, 206);
  await match.body?.cancel();
});

test('no token, an unknown digest and no digest at all are refused', async () => {
  assert.equal((await fetch(server.url + path)).status, 401);
  assert.equal((await device.get(`${native.nativePaths.artifacts}/${'0'.repeat(64)}`)).status, 404);
  assert.equal((await device.get(`${native.nativePaths.artifacts}/..%2f..%2fetc%2fpasswd`)).status, 400);
  assert.equal((await device.get(path, {}, 'DELETE')).status, 405);
});

async function downloadsBegun(): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(/^fettle_downloads_total (\d+)/m.exec(text)?.[1]);
}

test('downloads are bounded, and a client that goes away frees its place', async () => {
  const port = Number(new URL(server.url).port);
  const begun = await downloadsBegun();
  const lazy = [1, 2].map(() => {
    const socket = connect(port, '127.0.0.1');
    // Reads nothing: the server stops at a full socket and holds one chunk.
    socket.pause();
    socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${device.token}\r\n\r\n`);
    return socket;
  });
  await until(async () => ((await downloadsBegun()) === begun + 2 ? true : undefined), 'both places to be taken');
  const refused = await device.get(path, { range: 'bytes=0-0' });
  assert.equal(refused.status, 503);
  assert.ok(Number(refused.headers.get('retry-after')) > 0);
  for (const socket of lazy) socket.destroy();
  await until(async () => {
    const response = await device.get(path, { range: 'bytes=0-0' });
    await response.body?.cancel();
    return response.status === 206 ? true : undefined;
  }, 'a place to be free again');
});
