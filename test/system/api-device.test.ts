import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { native } from '@fettle/protocol';
import { enrolledDevice, makeFleet, startTestServer, TestDevice, type TestServer } from './api-support.ts';

let server: TestServer;
before(async () => {
  server = await startTestServer();
  await makeFleet(server.client);
});
after(() => server[Symbol.asyncDispose]());

const { nativePaths } = native;
const codeOf = async (response: Response) => [response.status, ((await response.json()) as { code?: string }).code];

test('a device that nobody knows waits for an operator, then gets in', async () => {
  const device = new TestDevice(server.url, 'waiting-1');
  const first = (await (await device.enrol('routers')).json()) as native.EnrolResponse;
  assert.equal(first.status, 'pending');
  assert.ok(first.retryAfterSeconds > 0);
  const early = await device.authenticate();
  assert.deepEqual(await codeOf(early), [403, 'device-pending']);
  assert.ok(Number(early.headers.get('retry-after')) > 0);
  await server.client.acceptDevice({ device: 'waiting-1' });
  assert.equal((await device.authenticate()).status, 200);
  assert.ok((await device.checkIn()).nextCheckInSeconds >= 1);
});

test('a rejected device is shut out at once, although its token is young', async () => {
  const device = await enrolledDevice(server, 'routers', 'bad-1');
  await device.checkIn();
  await server.client.rejectDevice({ device: 'bad-1', reason: 'stolen' });
  const answer = await device.post(nativePaths.checkIn, { attributes: {}, current: {} });
  assert.deepEqual(await codeOf(answer), [403, 'device-rejected']);
  assert.deepEqual(await codeOf(await device.authenticate()), [403, 'device-rejected']);
});

test("somebody else's key neither enrols nor gets a token", async () => {
  const device = await enrolledDevice(server, 'routers', 'mine-1');
  const thief = new TestDevice(server.url, device.id);
  assert.deepEqual(await codeOf(await thief.enrol('routers')), [409, 'already-exists']);
  assert.deepEqual(await codeOf(await thief.authenticate()), [401, 'proof-invalid']);
  const unknown = new TestDevice(server.url, 'never-seen');
  assert.deepEqual(await codeOf(await unknown.authenticate()), [401, 'proof-invalid']);
});

test('a challenge is for one device only, and must be ours', async () => {
  const device = await enrolledDevice(server, 'routers', 'asks-1');
  const other = await device.post(nativePaths.challenge, { device: 'asks-2' });
  const { challenge } = (await other.json()) as { challenge: string };
  for (const text of [challenge, 'made-up', '~~~']) {
    const answer = await device.post(nativePaths.token, { device: 'asks-1', challenge: text, proof: 'QUJD' });
    assert.deepEqual(await codeOf(answer), [401, 'proof-invalid'], text);
  }
});

test('requests without a token, with an operator token or a broken one are refused before the body is read', async () => {
  for (const authorization of ['', `Bearer ${server.token}`, 'Bearer a~b~c', 'Basic YTpi', 'Bearer']) {
    const headers: Record<string, string> = authorization === '' ? {} : { authorization };
    const answer = await fetch(server.url + nativePaths.checkIn, { method: 'POST', headers, body: 'not json' });
    assert.deepEqual(await codeOf(answer), [401, 'not-authenticated'], authorization);
  }
});

test('a newer device may send fields that this server does not know', async () => {
  const device = await enrolledDevice(server, 'routers', 'newer-1');
  const answer = await device.checkIn({ moodRing: 'green', current: {} });
  assert.ok(answer.serverTime);
});

const broken: readonly [what: string, body: unknown][] = [
  ['no attributes', { current: {} }],
  ['nested attributes', { attributes: { a: { b: 1 } }, current: {} }],
  [
    'too many attributes',
    { attributes: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`k${i}`, 1])), current: {} },
  ],
  ['a digest that is none', { attributes: {}, current: { app: { version: '1', counter: 1, sha256: 'x' } } }],
  [
    'an unknown status',
    { attributes: {}, current: {}, reports: [{ deployment: `dep_${'0'.repeat(26)}`, sequence: 1, status: 'fine' }] },
  ],
];
for (const [what, body] of broken) {
  test(`a check-in with ${what} is refused and says where`, async () => {
    const device = await enrolledDevice(
      server,
      'routers',
      `broken-${createHash('md5').update(what).digest('hex').slice(0, 8)}`,
    );
    const answer = await device.post(nativePaths.checkIn, body);
    assert.equal(answer.status, 400);
    const problem = (await answer.json()) as { code: string; details: { path: string } };
    assert.equal(problem.code, 'invalid-input');
    assert.match(problem.details.path, /^\//);
  });
}

test('a report about a deployment that does not exist is acknowledged, so that the device stops sending it', async () => {
  const device = await enrolledDevice(server, 'routers', 'stray-1');
  const deployment = `dep_${'0'.repeat(26)}`;
  const answer = await device.post(nativePaths.reports, { reports: [{ deployment, sequence: 4, status: 'failed' }] });
  assert.deepEqual(await answer.json(), { acknowledged: [{ deployment, sequence: 4 }] });
});

test('unknown device paths and methods are told as such', async () => {
  assert.deepEqual(await codeOf(await fetch(`${server.url}/device/v1/nothing`)), [404, 'not-found']);
  const get = await fetch(server.url + nativePaths.checkIn);
  assert.deepEqual([get.status, get.headers.get('allow')], [405, 'POST']);
  await get.body?.cancel();
});
