import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FleetId, fleetId, tenantId } from '@fettle/model';
import type { Reads, Scans, Store, Writes } from '../ports.ts';
import { bindStore, demandBound } from './bind.ts';
import { demand, fleetPermissions, permissions, readFleetBounds, type Scope } from './scope.ts';

const [own, other] = [fleetId('hubs'), fleetId('meters')];
const free: Scope = { tenant: tenantId('default'), actor: 'operator:ci', permissions: new Set(permissions) };
const bound: Scope = { ...free, fleets: new Set([own]) };
const person: Scope = { ...bound, actor: 'person:per_00000000000000000000000000' };

type Call = readonly [string, ...unknown[]];

/** A store in which everything is of one fleet, and that notes what it is asked. */
function storeOf(fleet: FleetId, answer: object = { fleet, id: fleet, items: [], next: null }) {
  const calls: Call[] = [];
  const anything = new Proxy(
    {},
    {
      get: (_, name) =>
        name === 'then'
          ? undefined
          : async (...asked: unknown[]) => {
              calls.push([String(name), ...asked]);
              return answer;
            },
    },
  );
  const store: Store = {
    reads: () => anything as Reads,
    scans: () => anything as Scans,
    transact: (_, work) => work(anything as Writes),
    seen: (_, device) => calls.push(['seen', device]),
    operatorTokenByHash: async () => undefined,
    tenants: async () => [],
    createTenant: async () => {},
    secret: async () => new Uint8Array(32),
  };
  return { calls, store: bindStore(store) };
}

test('what leads to another fleet is asked for under a name that nothing has', async () => {
  const { calls, store } = storeOf(other);
  const reads = store.reads(bound);
  await reads.groups(other);
  await reads.rolloutCounts('rol_1' as never, 2);
  await reads.devices({ fleet: other, limit: 5 });
  await store.scans(bound).countDevices({ fleet: other, expression: '', now: 1 });
  await store.scans(bound).survey({ name: 's', begin: () => assert.fail() }, { fleet: other }, {});
  assert.deepEqual(
    calls.filter(([name]) => name !== 'rollout').map((call) => JSON.stringify(call.slice(0, 3))),
    [
      '["groups",""]',
      '["rolloutCounts","",2]',
      '["devices",{"fleet":"","limit":5}]',
      '["countDevices",{"fleet":"","expression":"","now":1}]',
      '["survey",{"name":"s"},{"fleet":""}]',
    ],
  );
});

test('what leads to the own fleet is asked for as it is', async () => {
  const { calls, store } = storeOf(own);
  const reads = store.reads(bound);
  await reads.groups(own);
  await reads.rolloutCounts('rol_1' as never, 2);
  await store.scans(bound).survey({ name: 's', begin: () => assert.fail() }, { fleet: own }, {});
  await store.transact(bound, (tx) => tx.saveGateWindow({ rollout: 'rol_1' } as never));
  const asked = calls.map(([name, first]) => `${name} ${typeof first === 'string' ? first : ''}`.trim());
  const wanted = ['groups hubs', 'rollout rol_1', 'rolloutCounts rol_1', 'survey', 'rollout rol_1', 'saveGateWindow'];
  assert.deepEqual(asked, wanted);
});

test('what is not in the tables is refused, also what nobody has thought of yet', () => {
  const { store } = storeOf(own);
  const reads = store.reads(bound) as unknown as Record<string, unknown>;
  for (const name of ['publishers', 'trustChanges', 'noticesTold', 'ofTomorrow', 'constructor', 'toString']) {
    assert.throws(() => reads[name], { code: 'forbidden' }, name);
  }
  assert.throws(() => (store.scans(bound) as unknown as Record<string, unknown>).ofTomorrow, { code: 'forbidden' });
  assert.throws(() => store.seen(bound, 'd' as never, 1), { code: 'forbidden' });
  assert.doesNotThrow(() => store.seen(free, 'd' as never, 1));
});

test('people are looked up where one of them acts, and only their own account is written', async () => {
  const { store } = storeOf(own);
  assert.throws(() => store.reads(bound).person, { code: 'forbidden' });
  assert.ok(await store.reads(person).person('per_1' as never));
  const write = (id: string) => store.transact(person, (tx) => tx.updatePerson({ id } as never));
  await write(person.actor.slice('person:'.length));
  await assert.rejects(write('per_1'), { code: 'forbidden' });
  const end = (id: string) => store.transact(person, (tx) => tx.deletePersonTokens(id as never));
  await end(person.actor.slice('person:'.length));
  await assert.rejects(end('per_1'), { code: 'forbidden' });
});

test('tokens of the tenant are looked through only for whoever approves', async () => {
  const { store } = storeOf(own);
  assert.ok(await store.reads(person).operatorTokens());
  const others = [bound, { ...person, permissions: new Set(['fleet.read'] as const) }];
  for (const scope of others)
    await assert.rejects(async () => store.reads(scope).operatorTokens(), { code: 'forbidden' });
});

test('the audit log shows events of the own fleets, and whoever approves who made which account or token besides', async () => {
  const at = (object: string, fleet: string | null) => ({ object, fleet });
  const events = [
    at('rollout/1', own),
    at('rollout/2', other),
    at('token/1', null),
    at('publisher/ci', other),
    at('x', null),
  ];
  const { store } = storeOf(own, { items: events, next: 'more' });
  const shown = async (scope: Scope) => {
    const { items, next } = await store.reads(scope).auditEvents({ limit: 9 });
    assert.equal(next, 'more', 'a short page has a next one all the same');
    return items.map(({ object }) => object);
  };
  assert.deepEqual(await shown(bound), ['rollout/1']);
  assert.deepEqual(await shown(person), ['rollout/1', 'token/1', 'publisher/ci', 'x']);
  assert.deepEqual(await shown({ ...person, permissions: new Set(['fleet.read'] as const) }), ['rollout/1']);
});

test('of the image repository everything is read, and the roles of its own fleets and the online ones are written', async () => {
  const { store } = storeOf(own);
  const reads = store.reads(bound);
  assert.ok(await reads.trustFile('image', other));
  assert.ok(await reads.trustVersions('image'));
  await assert.rejects(async () => reads.trustFile('director', 'targets'), { code: 'forbidden' });
  await assert.rejects(async () => reads.trustVersions('director'), { code: 'forbidden' });
  const write = (repository: string, role: string) =>
    store.transact(bound, (tx) => tx.insertTrustFile({ repository, role } as never));
  for (const role of [own, 'snapshot', 'timestamp']) await write('image', role);
  for (const role of [other, 'root', 'targets']) await assert.rejects(write('image', role), { code: 'forbidden' });
  await assert.rejects(write('director', 'snapshot'), { code: 'forbidden' });
});

test('a scope without fleets gets the store as it is', async () => {
  const { store } = storeOf(other);
  assert.ok(await store.reads(free).publishers());
  assert.ok(await store.scans(free).silentDevices(other));
  await store.transact(free, (tx) => tx.insertFleet({ id: other } as never));
});

test('a route is reached when it is about fleets; another fleet is not there, whether it exists or not', () => {
  demandBound(bound, { fleet: own, isOfFleets: true });
  demandBound(bound, { fleet: undefined, isOfFleets: true });
  demandBound(free, { fleet: other, isOfFleets: false });
  const refused = (asked: Parameters<typeof demandBound>[1]) => () => demandBound(bound, asked);
  assert.throws(refused({ fleet: other, isOfFleets: true }), {
    code: 'not-found',
    message: 'There is no fleet meters.',
  });
  assert.throws(refused({ fleet: 'none', isOfFleets: true }), {
    code: 'not-found',
    message: 'There is no fleet none.',
  });
  assert.throws(refused({ fleet: undefined, isOfFleets: false }), { code: 'forbidden' });
});

test('permissions that mean the whole tenant count for nothing, whatever the token says', () => {
  for (const permission of permissions) {
    demand(free, permission);
    if (fleetPermissions.includes(permission)) demand(bound, permission);
    else assert.throws(() => demand(bound, permission), /whole tenant.*hubs/, permission);
  }
});

test('fleets that a credential is bound to are read once each, in order, and not by the hundred', () => {
  assert.deepEqual(readFleetBounds(['b', 'a', 'b'], ['fleet.read']), ['a', 'b']);
  assert.deepEqual(readFleetBounds([], ['person.write']), []);
  assert.throws(() => readFleetBounds(['a'], ['person.write']), { code: 'invalid-input' });
  assert.throws(() => readFleetBounds(['A!'], []), { code: 'invalid-id' });
  const many = Array.from({ length: 51 }, (_, i) => `f${i}`);
  assert.throws(() => readFleetBounds(many, []), { code: 'limit-reached' });
});
