import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { createClient, type Route, routes } from '@fettle/api';
import { allAtOnce, enrolledDevice, makeFleet, publish, startTestServer } from './api-support.ts';
import { askRoute, inNinetyDays } from './ask-route.ts';

/** Routes that a token of one fleet reaches, as a person reads them: what `publishing` in the routes has to say. */
const publishing: readonly string[] = [
  ...['whoami', 'getFleet', 'listFleetKeys', 'getImagePolicy', 'beginUpload', 'getUpload', 'appendUpload'],
  ...['listReleases', 'publishRelease', 'nextCounter', 'getRelease'],
  ...['getReleasePolicy', 'supplyEvidence', 'getEvidence', 'requestCheck', 'listChecks', 'getCheck', 'getCheckReports'],
  'listWaivers',
];
/** These name no fleet: they are about the tenant's artifacts, or about the token itself. */
const ofNoFleet: readonly string[] = ['whoami', 'beginUpload', 'getUpload', 'appendUpload'];

test('a token of one fleet reaches publishing of this fleet, and no other route and no other fleet', {
  timeout: 120_000,
}, async () => {
  await using server = await startTestServer({ 'metrics.open': false });
  const { client } = server;
  const own = await makeFleet(client, 'routers');
  const other = await makeFleet(client, 'boilers');
  const { token } = await client.createToken({
    name: 'ci',
    permissions: ['fleet.read', 'release.publish'],
    fleet: 'routers',
    expiresAt: inNinetyDays(),
  });
  const ci = createClient({ server: server.url, token });
  assert.deepEqual((await ci.whoami()).fleets, ['routers']);
  await publish(ci, { ...own, version: '1.0.0', bytes: randomBytes(100) });
  await publish(client, { ...other, version: '1.0.0', bytes: randomBytes(100) });
  await assert.rejects(publish(ci, { ...other, version: '1.0.1', bytes: randomBytes(100) }), { code: 'forbidden' });
  const furnished: Record<string, Record<string, string>> = {};
  for (const fleet of ['routers', 'boilers']) {
    await enrolledDevice(server, fleet, `${fleet}-1`);
    const rollout = await client.createRollout({
      fleet,
      version: '1.0.0',
      group: 'all',
      plan: allAtOnce,
      start: false,
    });
    const claim = await client.createClaimToken({ fleet, name: 'c', uses: 1 });
    furnished[fleet] = {
      ...{ fleet, device: `${fleet}-1`, rollout: rollout.id, claimToken: claim.record.id, version: '1.0.0' },
      ...{ group: 'all', release: '1.0.0', filter: 'type == "r1"', token: 'tok_x', id: 'new' },
    };
  }
  const wrong: string[] = [];
  let asked = 0;
  for (const [fleet, known] of Object.entries(furnished)) {
    for (const [name, route] of Object.entries(routes) as [string, Route][]) {
      if (route.open) continue;
      const may = publishing.includes(name) && (fleet === 'routers' || ofNoFleet.includes(name));
      const { status, text } = await askRoute(server.url, token, { route, known });
      asked++;
      if (!may && status !== 403 && status !== 404) wrong.push(`${fleet}: ${name} ${status} ${text.slice(0, 300)}`);
      if (may && status === 403) wrong.push(`${fleet}: ${name} is refused: ${text.slice(0, 300)}`);
    }
  }
  assert.deepEqual(wrong, []);
  assert.ok(asked > 150, `${asked} routes were asked`);
  for (const path of ['/metrics', '/audit/default/checkpoint', '/audit/default/tile/0/000']) {
    const response = await fetch(server.url + path, { headers: { authorization: `Bearer ${token}` } });
    await response.body?.cancel();
    assert.ok([403, 404].includes(response.status), `${path} ${response.status}`);
  }
});

test('a token of one fleet ends within 90 days and can do nothing but publish', async () => {
  await using server = await startTestServer();
  const { client } = server;
  await makeFleet(client, 'routers');
  const make = (changes: object) =>
    client.createToken({
      name: 'ci',
      permissions: ['release.publish'],
      fleet: 'routers',
      expiresAt: inNinetyDays(),
      ...changes,
    });
  await assert.rejects(make({ permissions: ['release.publish', 'rollout.write'] }), { code: 'invalid-input' });
  await assert.rejects(make({ expiresAt: new Date(Date.now() + 91 * 86_400_000).toISOString() }), {
    code: 'invalid-input',
  });
  await assert.rejects(make({ expiresAt: new Date(Date.now() - 1_000).toISOString() }), { code: 'invalid-input' });
  await assert.rejects(make({ fleet: 'nowhere' }), { code: 'not-found' });
  const { record } = await make({});
  assert.equal(record.fleet, 'routers');
  const soon = new Date(Date.now() + 300).toISOString();
  const { token } = await client.createToken({ name: 'short', permissions: ['fleet.read'], expiresAt: soon });
  const short = createClient({ server: server.url, token });
  for (const until = Date.now() + 10_000; Date.now() < until; ) {
    const code = await short.whoami().then(
      () => 'alive',
      (error: { code: string }) => error.code,
    );
    if (code === 'not-authenticated') return;
  }
  assert.fail('the token did not end');
});
