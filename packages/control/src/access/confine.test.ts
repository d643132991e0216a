import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digest, type FleetId, fleetId, tenantId } from '@fettle/model';
import type { Reads, Store, Writes } from '../ports.ts';
import { confineStore, demandReach } from './confine.ts';
import { demand, permissions, type Scope } from './scope.ts';

const own = fleetId('routers');
const other = fleetId('boilers');
const scope: Scope = {
  tenant: tenantId('default'),
  actor: 'publisher:ci',
  permissions: new Set(permissions),
  only: { fleet: own, deviceTypes: [], source: null },
};
const free: Scope = { ...scope, only: undefined };

/** A store that answers whatever it is asked with something of one fleet. */
function storeOf(fleet: FleetId): Store {
  const anything = new Proxy(
    {},
    { get: (_, name) => (name === 'then' ? undefined : async () => ({ fleet, id: fleet })) },
  );
  return {
    reads: () => anything as Reads,
    scans: () => assert.fail('scans'),
    transact: (_, work) => work(anything as Writes),
    seen: () => assert.fail('seen'),
    operatorTokenByHash: async () => undefined,
    tenants: async () => [],
    createTenant: async () => {},
    secret: async () => new Uint8Array(32),
  };
}

test('a confined scope reads its own fleet and its releases, and of another one nothing', async () => {
  const mine = confineStore(storeOf(own)).reads(scope);
  const page = { limit: 1 };
  assert.ok(await mine.fleet(own));
  assert.equal(await mine.fleet(other), undefined);
  assert.ok(await mine.release('rel_1' as never));
  assert.ok(await mine.releaseCheck('chk_1' as never));
  const theirs = confineStore(storeOf(other)).reads(scope);
  assert.equal(await theirs.release('rel_1' as never), undefined);
  assert.equal(await theirs.releaseCheck('chk_1' as never), undefined);
  for (const ask of [
    () => mine.releaseByVersion(other, '1'),
    () => mine.releaseByCounter(other, 1),
    () => mine.releases(other, page),
    () => mine.lastCounter(other),
    () => mine.newestCheckOf(other, { version: '1', artifacts: '' }),
    () => mine.checkOfSubject(other, { version: '1', subject: '' }),
    () => mine.releaseChecks(other, page),
    async () => mine.trustFile('director', 'targets'),
    async () => mine.trustVersions('director'),
  ]) {
    await assert.rejects(ask, { code: 'forbidden' });
  }
});

test('what is not named is refused, also what nobody has thought of yet', () => {
  const reads = confineStore(storeOf(own)).reads(scope) as unknown as Record<string, unknown>;
  for (const name of ['devices', 'rollouts', 'groups', 'operatorTokens', 'auditEvents', 'publishers', 'ofTomorrow']) {
    assert.throws(() => reads[name], { code: 'forbidden' }, name);
  }
  assert.throws(() => confineStore(storeOf(own)).scans(scope), { code: 'forbidden' });
  assert.throws(() => confineStore(storeOf(own)).seen(scope, 'd' as never, 1), { code: 'forbidden' });
});

test('a confined scope writes releases, checks and events of its own fleet, and nothing else', async () => {
  const write = (work: (tx: Writes) => Promise<unknown>) => confineStore(storeOf(own)).transact(scope, work);
  const release = (fleet: FleetId) => ({ fleet, artifacts: [{ deviceType: 'r1' }] }) as never;
  await write((tx) => tx.insertRelease(release(own)));
  await write((tx) => tx.insertCheck({ fleet: own } as never));
  await write((tx) => tx.insertTrustFile({ repository: 'image', role: 'snapshot' } as never));
  await write((tx) => tx.insertTrustFile({ repository: 'image', role: own } as never));
  await write((tx) => tx.appendAudit({ fleet: null } as never));
  await write((tx) => tx.insertArtifact({ digest: digest('ab'.repeat(32)), sizeBytes: 1 }, 1));
  const refused: readonly ((tx: Writes) => Promise<unknown>)[] = [
    (tx) => tx.insertRelease(release(other)),
    (tx) => tx.insertCheck({ fleet: other } as never),
    (tx) => tx.appendAudit({ fleet: other } as never),
    (tx) => tx.insertTrustFile({ repository: 'image', role: other } as never),
    (tx) => tx.insertTrustFile({ repository: 'image', role: 'targets' } as never),
    (tx) => tx.insertTrustFile({ repository: 'image', role: 'root' } as never),
    (tx) => tx.insertTrustFile({ repository: 'director', role: 'snapshot' } as never),
    (tx) => tx.updateRelease(release(own)),
    (tx) => tx.updateFleet({ id: own } as never),
    (tx) => tx.insertRollout({ fleet: own } as never),
    (tx) => tx.insertOperatorToken({} as never),
    (tx) => tx.insertWaiver({ fleet: own } as never),
  ];
  for (const work of refused) await assert.rejects(async () => write(work), { code: 'forbidden' });
});

test('only artifacts for the device types that were granted are released', async () => {
  const granted: Scope = { ...scope, only: { fleet: own, deviceTypes: ['r1' as never], source: null } };
  const write = (deviceType: string) =>
    confineStore(storeOf(own)).transact(granted, (tx) =>
      tx.insertRelease({ fleet: own, artifacts: [{ deviceType }] } as never),
    );
  await write('r1');
  await assert.rejects(write('r2'), { code: 'forbidden' });
});

test('a scope without a fleet gets the store as it is', async () => {
  const reads = confineStore(storeOf(other)).reads(free);
  assert.ok(await reads.fleet(other));
  assert.ok(await reads.operatorTokens());
});

test('permissions that have nothing to do with publishing count for nothing, whatever the token says', () => {
  demand(scope, 'release.publish');
  demand(scope, 'fleet.read');
  for (const permission of ['rollout.write', 'fleet.write', 'token.write', 'device', 'server'] as const) {
    assert.throws(() => demand(scope, permission), { code: 'forbidden' });
    demand(free, permission);
  }
});

test('routes are reached when publishing needs them, and in the own fleet only', () => {
  demandReach(scope, { isPublishing: true, isOfFleets: true, fleet: own });
  demandReach(scope, { isPublishing: true, isOfFleets: false, fleet: undefined });
  demandReach(free, { isPublishing: false, isOfFleets: true, fleet: other });
  assert.throws(() => demandReach(scope, { isPublishing: true, isOfFleets: true, fleet: other }), {
    code: 'forbidden',
  });
  assert.throws(() => demandReach(scope, { isPublishing: false, isOfFleets: true, fleet: own }), { code: 'forbidden' });
});
