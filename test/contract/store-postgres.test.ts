import assert from 'node:assert/strict';
import { it } from 'node:test';
import { openAt, withCluster, withStores } from './postgres-stores.ts';
import { storeContract } from './store.contract.ts';
import { acme, deviceOf, prepare, scopeOf, thermostats } from './store-fixtures.ts';

withCluster('PostgreSQL', (cluster) => {
  storeContract('PostgreSQL', async () => {
    const clock = { time: 1_000 };
    const store = await openAt(await cluster().createDatabase(), { clock: { now: () => clock.time } });
    return { store, clock, close: () => store.close() };
  });

  it('orders by bytes as SQLite does, though the database has the order of a language', () =>
    withStores(cluster(), [{}], async ([store], url) => {
      assert.ok(store);
      await prepare(store);
      const [own] = await cluster().query<{ before: boolean }>(url, "select 'a' < 'B' as before");
      assert.equal(own?.before, true, 'the database itself puts a before B');
      const ids = ['B', 'a', '1', 'A', 'b.c', 'b-c', 'b_c', 'bc'];
      await store.transact(scopeOf(acme), async (tx) => {
        for (const id of ids) await tx.insertDevice(deviceOf(id));
      });
      const { items } = await store.reads(scopeOf(acme)).devices({ fleet: thermostats, limit: 100 });
      assert.deepEqual(
        items.map(({ id }) => id as string),
        [...ids, 'dev-1'].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
      );
    }));
});
