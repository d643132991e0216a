import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { createClient, type Route, routes } from '@fettle/api';
import { generateKeyPem } from '@fettle/trust';
import { allAtOnce, makeFleet, publish, startTestServer, TestDevice } from './api-support.ts';

const unknownRollout = 'rol_00000000000000000000000000';

test('tokens: made, used, listed without secrets, limited to their permissions, revoked', async () => {
  await using server = await startTestServer();
  const { client } = server;
  const made = await client.createToken({ name: 'ci', permissions: ['fleet.read'] });
  const ci = createClient({ server: server.url, token: made.token });
  assert.deepEqual(await ci.whoami(), { tenant: 'default', actor: 'operator:ci', permissions: ['fleet.read'] });
  await assert.rejects(ci.createFleet({ id: 'x', deviceTypes: ['r1'] }), { code: 'forbidden' });
  await assert.rejects(ci.listTokens(), { code: 'forbidden' });
  const listed = await client.listTokens();
  assert.deepEqual(listed.items.map(({ name }) => name).sort(), ['admin', 'ci']);
  assert.ok(!JSON.stringify(listed).includes('hash'), 'nothing secret is listed');
  await assert.rejects(client.createToken({ name: 'ci', permissions: ['fleet.read'] }), { code: 'already-exists' });
  await assert.rejects(client.createToken({ name: 'x', permissions: ['device'] }), { code: 'invalid-input' });
  assert.equal(await client.revokeToken({ token: made.record.id }), undefined);
  await assert.rejects(ci.whoami(), { code: 'not-authenticated' });
  await assert.rejects(client.revokeToken({ token: 'tok_none' }), { code: 'not-found' });
});

test('fleets: created, read, listed in pages, changed', async () => {
  await using server = await startTestServer();
  const { client } = server;
  for (const id of ['a', 'b', 'c']) await client.createFleet({ id, deviceTypes: ['r1'], checkInIntervalMs: 60_000 });
  await assert.rejects(client.createFleet({ id: 'a', deviceTypes: ['r1'] }), { code: 'already-exists' });
  await assert.rejects(client.createFleet({ id: 'A!', deviceTypes: ['r1'] }), { code: 'invalid-input' });
  const first = await client.listFleets({ limit: 2 });
  assert.deepEqual(
    first.items.map(({ id }) => id),
    ['a', 'b'],
  );
  const second = await client.listFleets({ limit: 2, after: first.next ?? '' });
  assert.deepEqual([second.items.map(({ id }) => id), second.next], [['c'], null]);
  const changed = await client.changeFleet({ fleet: 'a', securityFloor: 4, deviceTypes: ['r1', 'r2'] });
  assert.deepEqual([changed.securityFloor, changed.deviceTypes], [4, ['r1', 'r2']]);
  assert.deepEqual(await client.getFleet({ fleet: 'a' }), changed);
  await assert.rejects(client.changeFleet({ fleet: 'a', securityFloor: 1 }), { code: 'wrong-state' });
  await assert.rejects(client.getFleet({ fleet: 'none' }), { code: 'not-found' });
});

test('fleet keys: added, listed, removed; a private key is refused', async () => {
  await using server = await startTestServer();
  const { client } = server;
  await client.createFleet({ id: 'a', deviceTypes: ['r1'] });
  const { publicKeyPem, privateKeyPem } = generateKeyPem();
  const { keys } = await client.addFleetKey({ fleet: 'a', name: 'k', publicKeyPem });
  const key = keys[0]?.id ?? '';
  assert.deepEqual((await client.listFleetKeys({ fleet: 'a' })).items, keys);
  await assert.rejects(client.addFleetKey({ fleet: 'a', name: 'k', publicKeyPem: privateKeyPem }), {
    code: 'invalid-input',
  });
  await client.removeFleetKey({ fleet: 'a', key });
  assert.deepEqual((await client.listFleetKeys({ fleet: 'a' })).items, []);
  await assert.rejects(client.removeFleetKey({ fleet: 'a', key }), { code: 'not-found' });
});

test('groups: saved, replaced, listed, deleted; a bad filter is refused with its position', async () => {
  await using server = await startTestServer();
  const { client } = server;
  await client.createFleet({ id: 'a', deviceTypes: ['r1'] });
  await client.saveGroup({ fleet: 'a', group: 'berlin', filter: 'tag.site == "berlin"' });
  const saved = await client.saveGroup({ fleet: 'a', group: 'berlin', filter: 'type == "r1"' });
  assert.deepEqual(saved, { name: 'berlin', filter: 'type == "r1"' });
  const names = (await client.listGroups({ fleet: 'a' })).items.map(({ name }) => name);
  assert.deepEqual(names.sort(), ['all', 'berlin']);
  await assert.rejects(client.saveGroup({ fleet: 'a', group: 'bad', filter: 'type = "r1"' }), (error: unknown) => {
    const { code, details } = error as { code: string; details: { position?: number } };
    assert.deepEqual([code, details.position], ['invalid-input', 5]);
    return true;
  });
  const unknown = { fleet: 'a', group: 'odd', filter: 'type == "r1" && attribute.hw == "B"' };
  await assert.rejects(client.saveGroup(unknown), (error: unknown) => {
    const { message, details } = error as { message: string; details: { position?: number } };
    assert.match(message, /No device of the fleet has said `attribute\.hw`; known: .*battery-percent/);
    return details.position === 16;
  });
  assert.equal((await client.saveGroup({ ...unknown, allowUnknown: true })).name, 'odd');
  await client.deleteGroup({ fleet: 'a', group: 'berlin' });
  await assert.rejects(client.deleteGroup({ fleet: 'a', group: 'berlin' }), { code: 'not-found' });
  await assert.rejects(client.deleteGroup({ fleet: 'a', group: 'all' }), { code: 'wrong-state' });
});

test('claim tokens: made, used once, listed without secrets, revoked', async () => {
  await using server = await startTestServer();
  const { client } = server;
  await client.createFleet({ id: 'a', deviceTypes: ['r1'] });
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const made = await client.createClaimToken({ fleet: 'a', name: 'line 1', uses: 2, expiresAt });
  assert.equal(made.record.expiresAt, expiresAt);
  const one = await new TestDevice(server.url, 'one').enrol('a', made.token);
  assert.deepEqual(await one.json(), { status: 'accepted', retryAfterSeconds: 0 });
  const { items } = await client.listClaimTokens({ fleet: 'a' });
  assert.deepEqual([items.length, items[0]?.usesLeft], [1, 1]);
  assert.ok(!JSON.stringify(items).includes('hash'));
  await client.revokeClaimToken({ fleet: 'a', claimToken: made.record.id });
  const two = await new TestDevice(server.url, 'two').enrol('a', made.token);
  assert.equal(two.status, 403);
  await assert.rejects(client.revokeClaimToken({ fleet: 'a', claimToken: 'clm_none' }), { code: 'not-found' });
  await assert.rejects(client.createClaimToken({ fleet: 'a', name: 'x', uses: 1, expiresAt: 'tomorrow' }), {
    code: 'invalid-input',
  });
});

test('releases: listed newest first, read with the envelope, revoked; what no fleet key signed is refused', async () => {
  await using server = await startTestServer();
  const { client } = server;
  const fleet = await makeFleet(client);
  const first = await publish(client, { ...fleet, version: '1.0.0', bytes: randomBytes(10) });
  await publish(client, { ...fleet, version: '1.1.0', bytes: randomBytes(10) });
  const listed = await client.listReleases({ fleet: 'routers', limit: 1 });
  assert.deepEqual([listed.items[0]?.version, listed.next === null], ['1.1.0', false]);
  assert.ok(!('envelope' in (listed.items[0] ?? {})), 'lists leave the envelope out');
  const shown = await client.getRelease({ fleet: 'routers', version: '1.0.0' });
  assert.equal(shown.envelope, first.envelope);
  assert.deepEqual(await client.nextCounter({ fleet: 'routers' }), { counter: 3 });
  const stranger = generateKeyPem().privateKeyPem;
  const forged = publish(client, { ...fleet, privateKeyPem: stranger, version: '9.0.0', bytes: randomBytes(10) });
  await assert.rejects(forged, { code: 'signature-invalid' });
  await assert.rejects(publish(client, { ...fleet, version: '1.0.0', bytes: randomBytes(10) }), {
    code: 'already-exists',
  });
  const revoked = await client.revokeRelease({ fleet: 'routers', version: '1.0.0', reason: 'CVE' });
  assert.equal(revoked.status, 'revoked');
  await assert.rejects(client.getRelease({ fleet: 'routers', version: '7' }), { code: 'not-found' });
});

test('rollouts: drafted, started, paused, resumed, promoted, aborted, listed', async () => {
  await using server = await startTestServer();
  const { client } = server;
  const fleet = await makeFleet(client);
  await publish(client, { ...fleet, version: '1.0.0', bytes: randomBytes(10) });
  const wanted = { fleet: 'routers', version: '1.0.0', group: 'all', plan: allAtOnce };
  const draft = await client.createRollout({ ...wanted, start: false });
  const { id } = draft;
  assert.deepEqual([draft.status, draft.release.version, draft.phases.length], ['draft', '1.0.0', 1]);
  await assert.rejects(client.pauseRollout({ rollout: id }), { code: 'wrong-state' });
  assert.equal((await client.startRollout({ rollout: id, reason: 'go' })).status, 'running');
  assert.equal((await client.pauseRollout({ rollout: id, reason: 'lunch' })).statusReason, 'Paused: lunch');
  assert.equal((await client.resumeRollout({ rollout: id })).status, 'running');
  const aborted = await client.abortRollout({ rollout: id, reason: 'enough' });
  assert.equal(aborted.status, 'aborted');
  await assert.rejects(client.promoteRollout({ rollout: id }), { code: 'wrong-state' });
  assert.deepEqual((await client.rolloutDeployments({ rollout: id })).items, []);
  assert.equal((await client.listRollouts({ fleet: 'routers' })).items[0]?.id, id);
  await assert.rejects(client.getRollout({ rollout: unknownRollout }), { code: 'not-found' });
  const [phase] = allAtOnce.phases;
  const zero = { ...allAtOnce, phases: [{ ...phase, size: { share: 0 } }] } as typeof allAtOnce;
  await assert.rejects(client.createRollout({ ...wanted, plan: zero, start: true }), { code: 'invalid-input' });
  await assert.rejects(client.createRollout({ ...wanted, version: '2', start: true }), { code: 'not-found' });
});

test('devices: registered, listed and filtered, tagged, rejected, accepted, counted', async () => {
  await using server = await startTestServer();
  const { client } = server;
  await client.createFleet({ id: 'a', deviceTypes: ['r1'] });
  const device = new TestDevice(server.url, 'SN:1');
  const registered = await client.registerDevice({ fleet: 'a', id: 'SN:1', type: 'r1', publicKey: device.publicKey });
  assert.equal(registered.status, 'accepted');
  const stranger = new TestDevice(server.url, 'SN:2');
  assert.equal(((await (await stranger.enrol('a')).json()) as { status: string }).status, 'pending');
  assert.deepEqual(await client.countDevices({ fleet: 'a' }), {
    pending: 1,
    accepted: 1,
    quarantined: 0,
    rejected: 0,
  });
  await client.setDeviceTags({ device: 'SN:1', tags: { site: 'berlin' } });
  const found = await client.listDevices({ fleet: 'a', filter: 'tag.site == "berlin"' });
  assert.deepEqual(
    found.items.map(({ id, tags }) => [id, tags]),
    [['SN:1', { site: 'berlin' }]],
  );
  const counted = async (query: object) => (await client.countChosen({ fleet: 'a', ...query })).devices;
  assert.deepEqual(
    [await counted({}), await counted({ status: 'pending' }), await counted({ filter: 'tag.site.startsWith("ber")' })],
    [2, 1, 1],
  );
  assert.equal(await counted({ filter: 'tag.site == "berlin" && id.matches("^SN")', status: 'pending' }), 0);
  assert.equal((await client.listDevices({ fleet: 'a', status: 'pending' })).items[0]?.id, 'SN:2');
  assert.equal((await client.rejectDevice({ device: 'SN:2', reason: 'unknown' })).status, 'rejected');
  assert.equal((await client.acceptDevice({ device: 'SN:2', reason: 'found it' })).status, 'accepted');
  assert.deepEqual((await client.deviceDeployments({ device: 'SN:1' })).items, []);
  assert.equal((await client.explainDevice({ device: 'SN:1' })).device.id, 'SN:1');
  await assert.rejects(client.listDevices({ fleet: 'a', filter: 'site' }), { code: 'invalid-input' });
  await assert.rejects(client.countChosen({ fleet: 'a', filter: 'site' }), { code: 'invalid-input' });
  await assert.rejects(client.listDevices({ fleet: 'none' }), { code: 'not-found' });
  await assert.rejects(client.getDevice({ device: 'SN:9' }), { code: 'not-found' });
  await assert.rejects(client.explainDevice({ device: 'SN:1', version: '9' }), { code: 'not-found' });
  await assert.rejects(client.registerDevice({ fleet: 'a', id: 'x', type: 'r9', publicKey: device.publicKey }), {
    code: 'invalid-input',
  });
  await assert.rejects(client.registerDevice({ fleet: 'a', id: 'x', type: 'r1', publicKey: 'AAAA' }), {
    code: 'invalid-input',
  });
  await assert.rejects(client.deploymentReports({ deployment: 'dep_00000000000000000000000000' }), {
    code: 'not-found',
  });
});

test('a removed device is forgotten and may enrol with a new key', async () => {
  await using server = await startTestServer();
  const { client } = server;
  await client.createFleet({ id: 'a', deviceTypes: ['r1'] });
  assert.equal((await new TestDevice(server.url, 'SN:1').enrol('a')).status, 200);
  const newKey = new TestDevice(server.url, 'SN:1');
  assert.equal((await newKey.enrol('a')).status, 409);
  assert.equal(await client.removeDevice({ device: 'SN:1', reason: 'new board' }), undefined);
  assert.equal((await newKey.enrol('a')).status, 200);
  await assert.rejects(client.removeDevice({ device: 'SN:9' }), { code: 'not-found' });
});

test('every management route wants a credential, and knows its methods', async () => {
  await using server = await startTestServer();
  const open: string[] = [];
  for (const [name, route] of Object.entries(routes) as [string, Route][]) {
    const { method, path } = route;
    const url = server.url + path.replace(/\{\w+\}/g, 'x');
    const response = await fetch(url, { method });
    if (route.open) open.push(name);
    assert.equal(response.status, route.open ? 400 : 401, `${method} ${path}`);
    assert.equal(response.headers.get('www-authenticate'), route.open ? null : 'Bearer realm="fettle"');
    const wrong = await fetch(url, { method: 'OPTIONS' });
    assert.equal(wrong.status, 405, `OPTIONS ${path}`);
    assert.ok(wrong.headers.get('allow')?.includes(method), `Allow of ${path} names ${method}`);
  }
  // These take another proof than a token of ours; whoever adds one names it here.
  assert.deepEqual(open.sort(), ['exchangeIdToken', 'logIn']);
});
