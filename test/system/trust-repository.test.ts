import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { Client } from '@fettle/api';
import { componentName, deviceId, deviceType, digest, fleetId, type Manifest } from '@fettle/model';
import {
  targetsOfManifest,
  timeKeysOf,
  trustedTime,
  trustRoot,
  updateRepository,
  verifyAssignment,
} from '@fettle/trust';
import { TufJsClient } from '../peers/tuf-js/peer.ts';
import { allAtOnce, enrolledDevice, makeFleet, startTestServer, type TestDevice, until } from './api-support.ts';
import { officersOf } from './trust/officers-online.ts';

/** Brings the bytes of a release of component `app` to the server and says what its manifest is. */
async function upload(client: Client, fleet: string, version: string, bytes: Uint8Array): Promise<Manifest> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const open = async function* (offset: number) {
    yield bytes.subarray(offset);
  };
  await client.upload({ sha256, sizeBytes: bytes.length, open });
  const { counter } = await client.nextCounter({ fleet });
  const artifact = {
    deviceType: deviceType('r1'),
    component: componentName('app'),
    kind: 'image' as const,
    hardware: [],
  };
  return {
    fleet: fleetId(fleet),
    version,
    counter,
    securityFloor: 0,
    allowDowngrade: false,
    mustPassThrough: false,
    requires: [],
    notes: '',
    artifacts: [{ ...artifact, digest: digest(sha256), sizeBytes: bytes.length }],
  };
}

/** As `FetchMetadata`, over HTTP. */
function fetchFrom(base: string, headers: Record<string, string> = {}) {
  return async (name: string) => {
    const response = await fetch(`${base}/${name}`, { headers });
    if (response.status === 404) return 'absent' as const;
    assert.equal(response.status, 200, name);
    return new Uint8Array(await response.arrayBuffer());
  };
}

async function firstRoot(get: ReturnType<typeof fetchFrom>) {
  const bytes = await get('1.root.json');
  assert.notEqual(bytes, 'absent');
  const trust = trustRoot(bytes as Uint8Array);
  assert.ok(trust.ok);
  return trust;
}

async function wholeAssignment(url: string, device: TestDevice) {
  const fromDirector = fetchFrom(`${url}/device/v1/director`, device.authorization());
  const fromImage = fetchFrom(`${url}/repository/default/metadata`);
  const now = Date.now();
  const director = await updateRepository((await firstRoot(fromDirector)).state, fromDirector, { now });
  assert.ok(director.ok, JSON.stringify(director));
  const paths = [...director.targets.targets.keys()];
  const image = await updateRepository((await firstRoot(fromImage)).state, fromImage, { now, paths });
  assert.ok(image.ok, JSON.stringify(image));
  const component = { component: componentName('app'), serial: 'app', releaseCounter: 0, floor: 0 };
  const facts = { id: deviceId(device.id), type: deviceType('r1'), hardwareRevision: null, components: [component] };
  return verifyAssignment({ image, director: director.targets, device: facts });
}

test('unmodified clients follow the repository of a running server, from the first root to the bytes', async () => {
  await using server = await startTestServer({ 'repository.openTargets': true });
  const { client, url } = server;
  const { fleet } = await makeFleet(client);
  const device = await enrolledDevice(server, fleet, 'SN-1');
  const officers = await officersOf(client, [fleet]);
  const bytes = randomBytes(70_000);
  const manifest = await upload(client, fleet, '1.0.0+7', bytes);
  const targets = await officers.release(manifest);
  const { release, created } = await client.publishRelease({ fleet, targets });
  assert.deepEqual([created, release.version, release.signedBy.length], [true, '1.0.0+7', 1]);
  assert.equal((await client.publishRelease({ fleet, targets })).created, false);

  const root = await (await fetch(`${url}/repository/default/metadata/1.root.json`)).arrayBuffer();
  const theirs = new TufJsClient(`${url}/repository/default`, new Uint8Array(root));
  try {
    assert.deepEqual(await theirs.update('routers/app/1.0.0_7.r1'), bytes);
  } finally {
    theirs.remove();
  }

  const empty = await wholeAssignment(url, device);
  assert.ok(empty.ok && empty.assigned.length === 0, JSON.stringify(empty));
  await client.createRollout({ fleet, version: '1.0.0+7', group: 'all', plan: allAtOnce, start: true, reason: '' });
  const offer = await until(async () => (await device.checkIn()).offer, 'an offer');
  assert.equal(offer.envelope, '');
  const verdict = await wholeAssignment(url, device);
  assert.ok(verdict.ok, JSON.stringify(verdict));
  assert.deepEqual(
    verdict.assigned.map(({ path, target, assign }) => [path, target.sha256, assign.deployment]),
    [['routers/app/1.0.0_7.r1', manifest.artifacts[0]?.digest, offer.deployment]],
  );

  const trust = await firstRoot(fetchFrom(`${url}/device/v1/director`, device.authorization()));
  const nonce = randomBytes(32).toString('hex');
  const answer = Buffer.from(await (await device.post('/device/v1/time', { nonce })).arrayBuffer());
  const evidence = { floor: 0, clock: undefined, answer, nonce, timeKeys: timeKeysOf(trust.root) };
  assert.equal(trustedTime({ ...evidence, rootExpiresAt: trust.root.expiresAt }).source, 'answer');
});

test('metadata is public and cacheable, targets are for devices of the fleet and for operators', async () => {
  await using server = await startTestServer();
  const { client, url, token } = server;
  const { fleet } = await makeFleet(client);
  const mine = await enrolledDevice(server, fleet, 'SN-1');
  const other = await makeFleet(client, 'toasters');
  const theirs = await enrolledDevice(server, other.fleet, 'SN-2');
  const officers = await officersOf(client, [fleet]);
  const bytes = randomBytes(1_000);
  const manifest = await upload(client, fleet, '1.0.0', bytes);
  await client.publishRelease({ fleet, targets: await officers.release(manifest) });
  const [path, target] = [...targetsOfManifest(manifest)][0] ?? assert.fail();
  const base = `${url}/repository/default`;
  const wire = `${base}/targets/${path.replace('1.0.0', `${target.sha256}.1.0.0`)}`;
  const status = async (place: string, headers: Record<string, string> = {}, method = 'GET') => {
    const response = await fetch(place, { headers, method });
    await response.body?.cancel();
    return response.status;
  };

  const timestamp = await fetch(`${base}/metadata/timestamp.json`);
  assert.equal(timestamp.headers.get('cache-control'), 'no-cache');
  const tag = timestamp.headers.get('etag') ?? '';
  assert.equal(await status(`${base}/metadata/timestamp.json`, { 'if-none-match': tag }), 304);
  const snapshot = await fetch(`${base}/metadata/2.snapshot.json`);
  assert.match(snapshot.headers.get('cache-control') ?? '', /immutable/);
  assert.equal(await status(`${base}/metadata/1.${fleet}.json`, {}, 'HEAD'), 200);

  assert.equal(await status(wire), 401);
  assert.equal(await status(wire, theirs.authorization()), 404);
  assert.equal(await status(wire, { authorization: `Bearer ${token}` }), 200);
  const part = await fetch(wire, { headers: { ...mine.authorization(), range: 'bytes=10-19' } });
  assert.equal(part.status, 206);
  assert.deepEqual(Buffer.from(await part.arrayBuffer()), bytes.subarray(10, 20));

  const limited = await client.createToken({ name: 'audit only', permissions: ['audit.read'] });
  assert.equal(await status(wire, { authorization: `Bearer ${limited.token}` }), 403);
  // Credentials of one fleet, for publishing and for more, fetch what is of it and nothing else.
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  const common = { permissions: ['fleet.read', 'release.publish'], expiresAt };
  for (const [at, wanted] of [
    [fleet, 200],
    [other.fleet, 404],
  ] as const) {
    const publishing = await client.createToken({ ...common, name: `publishes ${at}`, fleet: at });
    const bound = await client.createToken({ ...common, name: `bound to ${at}`, fleets: [at] });
    for (const one of [publishing, bound]) {
      assert.equal(await status(wire, { authorization: `Bearer ${one.token}` }), wanted, one.record.name);
    }
  }
  assert.equal(await status(`${url}/device/v1/director/timestamp.json`), 401);
  for (const place of [
    '/repository/default/metadata/9.root.json',
    '/repository/nobody/metadata/1.root.json',
    '/repository/default/metadata/..%2f1.root.json',
    '/repository/default/metadata/1.root.json/',
    '/repository/default/metadata/',
    '/repository/DEFAULT/metadata/1.root.json',
    '/repository/default/metadata/%00',
    `/repository/default/metadata/1.${'x'.repeat(500)}.json`,
    '/repository/',
    '/repository/default/elsewhere/1.root.json',
    '/repository/default/metadata/1.__proto__.json',
  ]) {
    assert.equal(await status(url + place), 404, place);
  }
  assert.equal(await status(`${base}/metadata/timestamp.json`, {}, 'POST'), 405);
  assert.equal(await status(`${base}/targets/routers/app/${'0'.repeat(64)}.1.0.0.r1`, mine.authorization()), 404);
  const stranger = await fetch(`${url}/repository/other/targets/a/b/c`, { headers: mine.authorization() });
  assert.equal(stranger.status, 404);
  assert.equal(stranger.headers.get('content-type'), 'application/problem+json');
});

test('publications that meet in the signer leave a repository that clients follow', async () => {
  await using server = await startTestServer({ 'repository.openTargets': true });
  const { client, url } = server;
  const fleets = ['routers', 'toasters', 'kettles'];
  for (const fleet of fleets) await makeFleet(client, fleet);
  const officers = await officersOf(client, fleets);
  const files = await Promise.all(
    fleets.map(async (fleet) => {
      const manifest = await upload(client, fleet, '1.0.0', Buffer.from(`image of ${fleet}`));
      return { fleet, targets: await officers.release(manifest) };
    }),
  );
  const publish = async (file: { fleet: string; targets: string }): Promise<number> => {
    for (let tries = 1; ; tries++) {
      const lost = await client.publishRelease(file).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (lost === undefined) return tries;
      assert.match(String(lost), /Try again/);
      assert.ok(tries < 20, String(lost));
    }
  };
  await Promise.all(files.map(publish));
  const root = await (await fetch(`${url}/repository/default/metadata/1.root.json`)).arrayBuffer();
  const theirs = new TufJsClient(`${url}/repository/default`, new Uint8Array(root));
  try {
    for (const fleet of fleets) {
      const bytes = await theirs.update(`${fleet}/app/1.0.0.r1`);
      assert.equal(Buffer.from(bytes ?? []).toString(), `image of ${fleet}`);
    }
  } finally {
    theirs.remove();
  }
});

test('the management API tells what stands, gathers signatures, and refuses what is not to be', async () => {
  await using server = await startTestServer();
  const { client } = server;
  const { fleet } = await makeFleet(client);
  assert.deepEqual((await client.trustState()).repositories, []);
  const officers = await officersOf(client, [fleet]);
  const state = await client.trustState();
  assert.deepEqual(
    state.repositories.map(({ repository }) => repository),
    ['image', 'director'],
  );
  assert.equal(state.repositories[0]?.roles.find(({ role }) => role === fleet)?.paths[0], 'routers/*/*');
  const file = await client.trustMetadata({ repository: 'image', name: 'root.json' });
  assert.deepEqual([file.version, JSON.parse(file.text).signed._type], [1, 'root']);

  const next = await officers.targets([fleet]);
  const payload = Buffer.from(next.payload).toString('base64');
  const change = await client.requestTrustChange({ repository: 'image', role: 'targets', payload });
  assert.deepEqual(
    (await client.trustState()).changes.map(({ id }) => id),
    [change.id],
  );
  await assert.rejects(client.publishTrustChange({ change: change.id }), /Expected 2 signature/);
  const [one] = next.signatures;
  assert.ok(one);
  const signed = await client.signTrustChange({ change: change.id, ...one, meaning: 'reviewed' });
  assert.deepEqual(
    signed.signatures.map(({ meaning, signer }) => [meaning, signer]),
    [['reviewed', 'operator:admin']],
  );
  assert.equal((await client.getTrustChange({ change: change.id })).payload, payload);
  await client.withdrawTrustChange({ change: change.id, reason: 'not this one' });
  assert.equal((await client.listTrustChanges({})).items[0]?.status, 'withdrawn');

  const envelope = '{}';
  await assert.rejects(client.publishRelease({ fleet, envelope, targets: '{}' }), /either envelope or targets/);
  await assert.rejects(client.publishRelease({ fleet }), /either envelope or targets/);
  await assert.rejects(client.publishRelease({ fleet, envelope }), /publish signed targets/);
  await assert.rejects(
    client.requestTrustChange({ repository: 'image', role: 'root', payload: 'e30=' }),
    /cannot be signed/,
  );
  const { token } = await client.createToken({ name: 'reader', permissions: ['fleet.read'] });
  const refused = await fetch(`${server.url}/api/v1/trust`, { headers: { authorization: `Bearer ${token}` } });
  assert.equal(refused.status, 403);
});
