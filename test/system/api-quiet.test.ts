import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { native } from '@fettle/protocol';
import { enrolledDevice, makeFleet, startTestServer, type TestDevice, type TestServer } from './api-support.ts';

/** The door's short way for check-ins that say what they said before: over HTTP, with everything that must end it. */
let server: TestServer;
before(async () => {
  server = await startTestServer();
  await makeFleet(server.client);
});
after(() => server[Symbol.asyncDispose]());

const path = native.nativePaths.checkIn;
const message = { attributes: { site: 'berlin' }, current: {} };
const codeOf = async (response: Response) => [response.status, ((await response.json()) as { code?: string }).code];

async function knownDevice(id: string): Promise<TestDevice> {
  const device = await enrolledDevice(server, 'routers', id);
  for (let i = 0; i < 4; i++) await device.checkIn(message);
  return device;
}

/** A check-in with other headers than usual. */
function knock(device: TestDevice, headers: Record<string, string>, body = JSON.stringify(message)): Promise<Response> {
  return fetch(server.url + path, { method: 'POST', headers: { ...device.authorization(), ...headers }, body });
}

test('a device that says the same again gets the same answer, in the same form', async () => {
  const device = await knownDevice('same-1');
  const [first, second] = [await knock(device, {}), await knock(device, {})];
  const headersOf = ({ headers }: Response) =>
    [...headers].filter(([name]) => name !== 'date' && name !== 'content-length');
  assert.deepEqual(headersOf(first), headersOf(second));
  const answer = native.checkInResponse.decode(await second.text());
  assert.ok(answer.ok && answer.value.nextCheckInSeconds > 0);
  assert.deepEqual(Object.keys(answer.value).sort(), Object.keys((await first.json()) as object).sort());
  const metrics = await (
    await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${server.token}` } })
  ).text();
  assert.match(metrics, /^fettle_checkins_quiet_total [1-9]/m);
  assert.match(metrics, /^fettle_store\{number="quietDevices"\} [1-9]/m);
});

test('a token that was changed is refused, although device and message are known', async () => {
  const device = await knownDevice('forged-1');
  const { token } = device;
  const last = token.endsWith('A') ? 'B' : 'A';
  for (const forged of [
    token.slice(0, -1) + last,
    `${token}A`,
    token.slice(0, -1),
    token.replace('~forged-1~', '~forged-2~'),
  ]) {
    assert.deepEqual(await codeOf(await knock(device, { authorization: `Bearer ${forged}` })), [
      401,
      'not-authenticated',
    ]);
  }
  assert.equal(
    (await knock(device, { authorization: `bearer  ${token}` })).status,
    200,
    'the same token, written otherwise',
  );
});

test('a rejected device is refused at its next call, a removed one too', async () => {
  const device = await knownDevice('reject-1');
  await server.client.rejectDevice({ device: 'reject-1', reason: 'stolen' });
  assert.deepEqual(await codeOf(await knock(device, {})), [403, 'device-rejected']);
  await server.client.acceptDevice({ device: 'reject-1' });
  for (let i = 0; i < 3; i++) assert.equal((await knock(device, {})).status, 200);
  await server.client.removeDevice({ device: 'reject-1', reason: 'sold' });
  assert.deepEqual(await codeOf(await knock(device, {})), [401, 'not-authenticated']);
});

test('what is refused is refused again, and never remembered', async () => {
  const device = await knownDevice('broken-1');
  for (let i = 0; i < 3; i++) {
    assert.deepEqual(await codeOf(await knock(device, {}, '{"attributes":{}}')), [400, 'invalid-input']);
    assert.deepEqual(await codeOf(await knock(device, { 'content-encoding': 'gzip' })), [415, 'invalid-input']);
    assert.deepEqual(await codeOf(await knock(device, {}, ' '.repeat(70_000))), [413, 'too-large']);
  }
});

test('a clock that is off becomes an attribute, and one that is right again takes it away', async () => {
  const device = await knownDevice('clock-1');
  const attributes = async () => (await server.client.getDevice({ device: 'clock-1' })).attributes;
  const at = (seconds: number) => ({ date: new Date(Date.now() + seconds * 1_000).toUTCString() });
  const checkIn = async (headers: Record<string, string>) => assert.equal((await knock(device, headers)).status, 200);
  for (const headers of [at(0), at(60), { date: 'no date' }, {}]) {
    await checkIn(headers);
    assert.deepEqual(await attributes(), { site: 'berlin' });
  }
  await checkIn(at(3_600));
  assert.deepEqual(await attributes(), { site: 'berlin', 'clock-skew-seconds': 3_600 });
  await checkIn(at(3_640));
  assert.deepEqual(
    await attributes(),
    { site: 'berlin', 'clock-skew-seconds': 3_600 },
    'the same, as far as it matters',
  );
  await checkIn({ date: 'Thu, 01 Jan 1970 00:03:12 GMT' });
  assert.ok(Number((await attributes())['clock-skew-seconds']) < -1_000_000_000);
  await checkIn(at(1));
  assert.deepEqual(await attributes(), { site: 'berlin' });
});
