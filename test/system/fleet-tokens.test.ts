import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Client, createClient, isOfFleets, type Route, routes } from '@fettle/api';
import { run } from '@fettle/cli';
import { generateKeyPem } from '@fettle/trust';
import {
  allAtOnce,
  enrolledDevice,
  makeFleet,
  publish,
  startTestServer,
  TestDevice,
  type TestServer,
  until,
} from './api-support.ts';
import { askRoute, inNinetyDays } from './ask-route.ts';

/** Stands in every text about a fleet that no request names. */
const markOf = (fleet: string) => `zq${fleet.split('').reverse().join('')}`;
const fleetPermissions = [
  ...['fleet.read', 'fleet.write', 'policy.write', 'release.publish', 'release.revoke', 'release.approve'],
  ...['rollout.write', 'device.write'],
];
/** About the whole tenant, or about keys, although they name a fleet: a token of some fleets is told so. */
const notTheirs: readonly string[] = ['addFleetKey', 'removeFleetKey'];
/** Only people do this. */
const ofPeople: readonly string[] = [
  ...['logOut', 'getSelf', 'changePassword', 'registerKey', 'draftApproval', 'approveRelease', 'withdrawApproval'],
];

type Known = Readonly<Record<string, string>>;

/** A fleet with one of everything, with its mark where people write texts. */
async function furnish(server: TestServer, fleet: string): Promise<Known> {
  const { client } = server;
  const mark = markOf(fleet);
  const made = await makeFleet(client, fleet);
  const version = `1.0.0-${fleet}`;
  const published = await publish(client, { ...made, version, bytes: randomBytes(100) });
  await client.saveGroup({ fleet, group: `some-${fleet}`, filter: `tag.site == "${mark}"`, allowUnknown: true });
  const soon = Date.now() + 3_600_000;
  const [from, to] = [new Date(soon).toISOString(), new Date(soon + 1_000).toISOString()];
  await client.saveFreeze({ fleet, freeze: `freeze-${fleet}`, from, until: to, reason: mark });
  const plan = { fleet, version, group: 'all', plan: allAtOnce, reason: mark };
  const device = await enrolledDevice(server, fleet, `${fleet}-1`);
  await client.setDeviceTags({ device: device.id, tags: { site: mark } });
  const rollout = await client.createRollout({ ...plan, start: true });
  const offer = await until(async () => (await device.checkIn()).offer, 'an offer');
  const hold = await client.createHold({ fleet, expression: 'id == "none"', reason: mark, allowUnknown: true });
  const claim = await client.createClaimToken({ fleet, name: mark, uses: 1 });
  const artifacts = [{ deviceType: 'r1', component: 'app', sha256: published.sha256 }];
  const { check } = await client.requestCheck({ fleet, version, artifacts });
  const supplied = await client.supplyEvidence({ fleet, kind: 'sbom', text: JSON.stringify({ name: mark }) });
  const { items } = await client.listFleetKeys({ fleet });
  return {
    ...{ fleet, device: device.id, rollout: rollout.id, deployment: offer.deployment, version, id: device.id },
    ...{
      group: `some-${fleet}`,
      freeze: `freeze-${fleet}`,
      hold: hold.id,
      claimToken: claim.record.id,
      check: check.id,
    },
    ...{ sha256: supplied.sha256, key: items[0]?.id ?? '', release: version, type: 'r1', component: 'app' },
  };
}

/** Names of the same form that nothing has. */
function absentTwin(known: Known): Known {
  const twin = ([name, text]: [string, string]) => {
    if (name === 'type' || name === 'component') return [name, text];
    if (/^[a-z]{3}_[0-9a-z]{26}$/i.test(text)) return [name, `${text.slice(0, 4)}${'0'.repeat(26)}`];
    return /^[0-9a-f]{64}$/.test(text)
      ? [name, 'ab'.repeat(32)]
      : [name, text.replaceAll(known.fleet ?? '', 'nowhere')];
  };
  return Object.fromEntries(Object.entries(known).map(twin));
}

interface Walk {
  /** What the other fleet has. */
  readonly known: Known;
  /** The same names for what is not there. */
  readonly absent: Known;
  /** Stands wherever something of it is shown. */
  readonly mark: string;
  readonly only?: (route: Route) => boolean;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** An answer in which nothing is left of who or what was asked for. */
function blank({ status, text }: Answer, known: Known): Answer {
  const names = Object.entries(known).sort(([, a], [, b]) => b.length - a.length);
  const blanked = names.reduce((left, [name, value]) => left.replaceAll(value, `<${name}>`), text);
  return { status, text: blanked.replace(/"(?:instance|requestId)":"[^"]*"/g, '').replace(/upl_[0-9a-z]{26}/g, '') };
}

/** What is wrong with how a credential is answered that is not for a fleet; undefined when nothing is. */
function complaint(
  route: Route,
  { known, absent: nothing, mark }: Walk,
  there: Answer,
  absent: Answer,
): string | undefined {
  const [a, b] = [blank(there, known), blank(absent, nothing)];
  if (a.status !== b.status || a.text !== b.text) {
    return `tells what is there from what is not: ${JSON.stringify(a).slice(0, 300)} | ${JSON.stringify(b).slice(0, 300)}`;
  }
  if (there.text.includes(mark)) return `shows something of the other fleet: ${there.text.slice(0, 300)}`;
  if (!isOfFleets(route) && there.status !== 403) return `is about the whole tenant and answers ${there.status}`;
  return undefined;
}

/** All that the administrator sees of a fleet, its audit events included: whoever changes anything makes one. */
async function everythingOf(client: Client, { fleet = '', device = '', rollout = '' }: Known): Promise<string> {
  const page = { limit: 500 };
  const parts = await Promise.all([
    ...[client.getFleet({ fleet }), client.listGroups({ fleet }), client.listReleases({ fleet, ...page })],
    ...[client.listRollouts({ fleet, ...page }), client.listHolds({ fleet }), client.listClaimTokens({ fleet })],
    ...[client.listDevices({ fleet, ...page }), client.deviceDeployments({ device, ...page })],
    ...[client.rolloutDeployments({ rollout, ...page }), client.getReleasePolicy({ fleet })],
    client.listAudit({ fleet, order: 'oldest', ...page }),
  ]);
  return JSON.stringify(parts, (name, value) => (name === 'lastSeenAt' ? undefined : value));
}

const asked = Object.entries(routes).filter(([, route]) => !(route as Route).open) as [string, Route][];

/** Asks every route twice, for what is there and for what is not, and says what gave something away. */
async function walk(url: string, token: string, asking: Walk): Promise<string[]> {
  const { known, only = () => true } = asking;
  const wrong: string[] = [];
  for (const [name, route] of asked.filter(([, one]) => only(one))) {
    const there = await askRoute(url, token, { route, known });
    const absent = await askRoute(url, token, { route, known: asking.absent });
    const found = complaint(route, asking, there, absent);
    if (found !== undefined) wrong.push(`${name} ${found}`);
  }
  return wrong;
}

test('for a token of one fleet nothing of another one is there, on no route', { timeout: 120_000 }, async () => {
  await using server = await startTestServer({ 'metrics.open': false });
  const { client, url } = server;
  const own = await furnish(server, 'hubs');
  const other = await furnish(server, 'meters');
  const made = await client.createToken({ name: 'ci', permissions: fleetPermissions, fleets: ['hubs'] });
  const { token } = made;
  const settled = async () => (await client.getCheck({ fleet: 'meters', check: other.check ?? '' })).status;
  await until(async () => ['done', 'failed'].includes(await settled()) || undefined, 'the end of the check', 60_000);
  const before = await everythingOf(client, other);
  const mark = markOf('meters');

  assert.deepEqual(await walk(url, token, { known: other, absent: absentTwin(other), mark }), []);
  // In a path of its own fleet, what the other one has; a document is named by the digest of its own bytes.
  const within = { fleet: 'hubs', sha256: 'cd'.repeat(32) };
  const mixed = { known: { ...other, ...within }, absent: { ...absentTwin(other), ...within }, mark };
  const isWithin = ({ path }: Route) => /\{fleet\}.*\{/.test(path);
  assert.deepEqual(await walk(url, token, { ...mixed, only: isWithin }), []);
  const bound = createClient({ server: url, token });
  const { version = '', rollout = '' } = other;
  const plan = { fleet: 'hubs', group: 'all', plan: allAtOnce, start: false };
  await assert.rejects(bound.createRollout({ ...plan, version }), { code: 'not-found' });
  const hold = { fleet: 'hubs', expression: 'id == "none"', reason: 'x', allowUnknown: true };
  await assert.rejects(bound.createHold({ ...hold, rollout }), { code: 'not-found' });
  const taken = { fleet: 'hubs', id: other.device ?? '', type: 'r1', publicKey: new TestDevice(url, 'x').publicKey };
  await assert.rejects(bound.registerDevice(taken), { code: 'already-exists' });
  assert.equal(await everythingOf(client, other), before, 'nothing of the other fleet was changed');
  const fleets = await bound.listFleets({});
  assert.deepEqual([fleets.items.map(({ id }) => id), fleets.next], [['hubs'], null]);

  for (const path of [
    '/metrics',
    '/audit/default/checkpoint',
    '/audit/default/tile/0/000',
    `/api/v1/fleets/meters/releases/${other.version}/dossier`,
    `/api/v1/fleets/hubs/releases/${own.version}/dossier`,
  ]) {
    const response = await fetch(url + path, { headers: { authorization: `Bearer ${token}` } });
    await response.body?.cancel();
    assert.ok([403, 404].includes(response.status), `${path} ${response.status}`);
  }

  const refused: string[] = [];
  const mine = { ...own, publicKeyPem: generateKeyPem().publicKeyPem };
  for (const [name, route] of asked.filter(([one, about]) => isOfFleets(about) && !ofPeople.includes(one))) {
    const { status, text } = await askRoute(url, token, { route, known: mine });
    const isRefused = status === 403 || text.includes('There is no fleet');
    if (isRefused !== notTheirs.includes(name)) refused.push(`${name} ${status} ${text.slice(0, 300)}`);
  }
  assert.deepEqual(refused, [], 'its own fleet it reads and changes');
});

test('a credential of the whole tenant is found out by the same questions', { timeout: 120_000 }, async () => {
  await using server = await startTestServer();
  const known = await furnish(server, 'meters');
  const isReading = ({ method }: Route) => method === 'GET';
  const asking = { known, absent: absentTwin(known), mark: markOf('meters'), only: isReading };
  const found = await walk(server.url, server.token, asking);
  const names = new Set(found.map((text) => text.split(' ', 1)[0]));
  const blind = asked.filter(([name, route]) => isReading(route) && !names.has(name)).map(([name]) => name);
  // What these answer says nothing of a fleet, or the question has no right answer without more.
  assert.ok(found.length > 40, `only ${found.length} of ${blind.length} more were found out: ${blind.join(', ')}`);
});

test('a token is bound when it is made, to fleets that are there and with permissions that they have', async () => {
  await using server = await startTestServer();
  const { client, url } = server;
  for (const id of ['hubs', 'meters', 'valves']) await client.createFleet({ id, deviceTypes: ['r1'] });
  const make = (changes: object) =>
    client.createToken({ name: 'ci', permissions: ['rollout.write'], fleets: ['hubs'], ...changes });
  await assert.rejects(make({ fleets: ['nowhere'] }), { code: 'not-found' });
  await assert.rejects(make({ fleets: ['hubs'], fleet: 'hubs', expiresAt: inNinetyDays() }), { code: 'invalid-input' });
  const wide = ['audit.read', 'audit.write', 'token.write', 'person.write', 'publisher.write', 'vulnerability.write'];
  for (const permission of [...wide, 'trust.read', 'trust.write']) {
    await assert.rejects(make({ permissions: [permission] }), { code: 'invalid-input' }, permission);
  }
  const { token, record } = await make({ fleets: ['meters', 'hubs'], permissions: ['fleet.read', 'fleet.write'] });
  assert.deepEqual([record.fleets, record.fleet], [['hubs', 'meters'], null]);
  const bound = createClient({ server: url, token });
  assert.deepEqual((await bound.whoami()).fleets, ['hubs', 'meters']);
  const first = await bound.listFleets({ limit: 1 });
  const second = await bound.listFleets({ limit: 1, after: first.next ?? '' });
  assert.deepEqual([first.items[0]?.id, second.items[0]?.id, second.next], ['hubs', 'meters', null]);
  await assert.rejects(bound.createFleet({ id: 'more', deviceTypes: ['r1'] }), /whole tenant.*hubs, meters/);
  await assert.rejects(bound.listTokens(), { code: 'forbidden' });
  assert.equal((await bound.changeFleet({ fleet: 'hubs', securityFloor: 2 })).securityFloor, 2);
  const { items } = await client.listTokens();
  assert.deepEqual(items.find(({ name }) => name === 'ci')?.fleets, ['hubs', 'meters']);
});

test('the commands of docs/operating.md make tokens, list them and end one', async () => {
  await using server = await startTestServer();
  for (const id of ['hubs', 'meters']) await server.client.createFleet({ id, deviceTypes: ['r1'] });
  const page = readFileSync(join(import.meta.dirname, '../../docs/operating.md'), 'utf8');
  const commands = [...page.matchAll(/^fettle (token .+)$/gm)].map(([, line = '']) => line.split(' '));
  const said: string[] = [];
  const write = (text: string) => said.push(text);
  const env = { HOME: server.dataDir, FETTLE_SERVER: server.url, FETTLE_TOKEN: server.token };
  const io = { stdout: { write }, stderr: { write }, env, signal: new AbortController().signal };
  for (const args of commands) assert.equal(await run(args, io), 0, `${args.join(' ')}: ${said.at(-1)}`);
  assert.equal(commands.length, 4);
  const { items } = await server.client.listTokens();
  const made = items.map(({ name, fleets, revokedAt }) => [name, fleets, revokedAt !== null]);
  assert.deepEqual(made.sort(), [
    ['admin', [], false],
    ['dashboard', [], true],
    ['hubs-rollouts', ['hubs', 'meters'], false],
  ]);
  assert.match(said.join(''), /It opens the whole tenant/, 'said of a token without fleets');
});

test('people are bound to fleets in the same way, until somebody unbinds them', async () => {
  await using server = await startTestServer();
  const { client, url } = server;
  for (const id of ['hubs', 'meters']) await client.createFleet({ id, deviceTypes: ['r1'] });
  const person = { name: 'ada', fullName: 'Ada Lovelace', password: 'correct horse battery' };
  const permissions = ['fleet.read', 'fleet.write'];
  const wide = client.createPerson({ ...person, permissions: ['person.write'], fleets: ['hubs'] });
  await assert.rejects(wide, { code: 'invalid-input' });
  const made = await client.createPerson({ ...person, permissions, fleets: ['hubs'] });
  assert.deepEqual(made.fleets, ['hubs']);
  const logIn = async (password: string) => {
    const { token } = await createClient({ server: url }).logIn({ name: 'ada', password });
    return createClient({ server: url, token });
  };
  const newPassword = 'another horse battery';
  await (await logIn(person.password)).changePassword({ password: person.password, newPassword });
  const ada = await logIn(newPassword);
  assert.deepEqual((await ada.getSelf()).fleets, ['hubs']);
  assert.deepEqual(
    (await ada.listFleets({})).items.map(({ id }) => id),
    ['hubs'],
  );
  await assert.rejects(ada.getFleet({ fleet: 'meters' }), { code: 'not-found' });
  await assert.rejects(ada.listPeople(), { code: 'forbidden' });
  await assert.rejects(client.changePerson({ person: 'ada', permissions: ['audit.read'] }), { code: 'invalid-input' });
  const unchanged = await client.changePerson({ person: 'ada', fullName: 'Ada King' });
  assert.deepEqual(unchanged.fleets, ['hubs']);
  await client.changePerson({ person: 'ada', fleets: [] });
  assert.equal((await ada.listFleets({})).items.length, 2, 'what is said of a person holds at once');
  await ada.logOut({});
});
