import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Store } from '@fettle/control';
import { type Deployment, noCounts } from '@fettle/model';
import { openAt, withCluster, withStores } from './postgres-stores.ts';
import {
  acme,
  deploymentIdOf,
  deploymentOf,
  deviceOf,
  eventOf,
  prepare,
  rival,
  rolloutIdOf,
  rolloutOf,
  scopeOf,
} from './store-fixtures.ts';

const scope = scopeOf(acme);
const dev1 = deviceOf('dev-1').id;
const turns = (count: number) => Array.from({ length: count }, (_, i) => i);

withCluster('several processes on one PostgreSQL database', (cluster) => {
  it('starts any number of them at once on an empty database', async () => {
    const url = await cluster().createDatabase();
    const stores = await Promise.all(turns(4).map(() => openAt(url)));
    const secrets = await Promise.all(stores.map((store) => store.secret()));
    for (const secret of secrets) assert.deepEqual(secret, secrets[0]);
    for (const store of stores) await store.close();
  });

  it('loses no write when both change the same rows', () =>
    withStores(cluster(), [{}, {}], async (stores) => {
      await prepare(first(stores));
      await Promise.all(
        stores.flatMap((store) =>
          turns(150).map(() =>
            store.transact(scope, async (tx) => {
              const rollout = await tx.rollout(rolloutIdOf(1));
              assert.ok(await tx.updateRollout(rolloutOf(1, { revision: (rollout?.revision ?? 0) + 1 })));
              const device = await tx.device(dev1);
              const writes = Number(device?.attributes.writes ?? 0) + 1;
              await tx.updateDevice(deviceOf('dev-1', { attributes: { writes } }));
            }),
          ),
        ),
      );
      const reads = first(stores).reads(scope);
      assert.equal((await reads.rollout(rolloutIdOf(1)))?.revision, 301);
      assert.equal((await reads.device(dev1))?.attributes.writes, 300);
    }));

  it('numbers the audit log without gaps, each event in its place', () =>
    withStores(cluster(), [{}, {}], async (stores) => {
      await prepare(first(stores));
      const outcomes = await Promise.allSettled(
        stores.flatMap((store, process) =>
          turns(200).map((i) =>
            store.transact(scope, async (tx) => {
              await tx.appendAudit(eventOf(`fleet/${process}-${i}`));
              if (i % 7 === 0) throw new Error('changed my mind');
            }),
          ),
        ),
      );
      const kept = outcomes.filter(({ status }) => status === 'fulfilled').length;
      const { items } = await first(stores).reads(scope).auditEvents({ limit: 500, oldestFirst: true });
      assert.deepEqual(
        items.map(({ sequence }) => sequence),
        turns(kept).map((i) => i + 1),
      );
    }));

  it('never admits more than the limit that was read in the same transaction', () =>
    withStores(cluster(), [{}, {}, {}], async (stores) => {
      await prepare(first(stores));
      const limit = 25;
      const admitted = await Promise.all(
        stores.flatMap((store, process) =>
          turns(60).map((i) => admitOne(store, deploymentIdOf(process * 1_000 + i), limit)),
        ),
      );
      assert.equal(admitted.filter((one) => one).length, limit);
      const [counts] = await first(stores).reads(scope).rolloutCounts(rolloutIdOf(1), 1);
      assert.equal(counts?.open, limit);
    }));

  it('sees at once, in one process, what was acknowledged in another', () =>
    withStores(cluster(), [{}, {}], async ([one, other]) => {
      assert.ok(one && other);
      await prepare(one);
      for (const i of turns(40)) {
        const device = deviceOf(`visible-${i}`);
        await one.transact(scope, (tx) => tx.insertDevice(device));
        assert.deepEqual(await other.reads(scope).device(device.id), device);
      }
    }));

  it('lets tenants write beside each other: who holds one up does not hold up the rest', () =>
    withStores(cluster(), [{}, {}], async ([one, other]) => {
      assert.ok(one && other);
      await prepare(one);
      await prepare(one, rival);
      await one.transact(scope, async (tx) => {
        await tx.appendAudit(eventOf('fleet/slow'));
        await other.transact(scopeOf(rival), (inner) => inner.appendAudit(eventOf('fleet/quick')));
        assert.equal((await other.reads(scopeOf(rival)).auditEvents({ limit: 5 })).items.length, 1);
      });
    }));

  it('writes last-seen times from both beside device records, without getting in each other’s way', () =>
    withStores(cluster(), [{}, {}], async (stores) => {
      await prepare(first(stores));
      await first(stores).transact(scope, async (tx) => {
        for (const i of turns(100)) await tx.insertDevice(deviceOf(`seen-${i}`));
      });
      const rounds = turns(5).map(async (round) => {
        for (const [process, store] of stores.entries()) {
          for (const i of turns(100)) store.seen(scope, deviceOf(`seen-${i}`).id, 1_000 + round * 10 + process);
        }
        const writes = turns(100)
          .reverse()
          .map((i) =>
            first(stores).transact(scope, (tx) => tx.updateDevice(deviceOf(`seen-${i}`, { lastSeenAt: 500 + round }))),
          );
        await Promise.all([...stores.map((store) => store.flushSeen()), ...writes]);
      });
      await Promise.all(rounds);
      for (const store of stores) await store.flushSeen();
      const { items } = await first(stores)
        .reads(scope)
        .devices({ fleet: deviceOf('x').fleet, limit: 200 });
      const times = items.filter(({ id }) => id.startsWith('seen-')).map(({ lastSeenAt }) => lastSeenAt);
      assert.deepEqual(
        times,
        turns(100).map(() => 1_041),
      );
    }));
});

function first<T>(stores: readonly T[]): T {
  const [one] = stores;
  assert.ok(one);
  return one;
}

async function admitOne(store: Store, id: Deployment['id'], limit: number): Promise<boolean> {
  return await store.transact(scope, async (tx) => {
    const [counts] = await tx.rolloutCounts(rolloutIdOf(1), 1);
    if ((counts?.open ?? 0) >= limit) return false;
    await tx.insertDeployment(deploymentOf(1, { id }));
    await tx.addCounts(rolloutIdOf(1), 0, { ...noCounts, started: 1, open: 1 });
    return true;
  });
}
