import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Store } from '@fettle/control';
import { startProxy, type UnsteadyProxy } from '../peers/postgres/unsteady-proxy.ts';
import { until } from '../system/crash/until.ts';
import { openAt, withCluster, withStores } from './postgres-stores.ts';
import {
  acme,
  deploymentIdOf,
  deploymentOf,
  deviceOf,
  eventOf,
  prepare,
  reportOf,
  scopeOf,
  thermostats,
} from './store-fixtures.ts';

const scope = scopeOf(acme);
const dev1 = deviceOf('dev-1').id;
const quick = { connectMs: 400, statementMs: 400, lockMs: 200, silentTransactionMs: 600 };

withCluster('PostgreSQL in trouble', (cluster) => {
  it('answers "overloaded" while the database is away, and serves again by itself when it is back', () =>
    overProxy(async (store, proxy) => {
      proxy.cut();
      await assert.rejects(store.reads(scope).device(dev1), { code: 'overloaded' });
      await assert.rejects(
        store.transact(scope, (tx) => tx.insertDevice(deviceOf('lost'))),
        { code: 'overloaded' },
      );
      await assert.rejects(store.tenants(), { code: 'overloaded' });
      proxy.mend();
      assert.ok(await store.reads(scope).device(dev1));
      await store.transact(scope, (tx) => tx.insertDevice(deviceOf('found')));
      assert.equal(await store.reads(scope).device(deviceOf('lost').id), undefined);
    }));

  it('gives up on a database that says nothing, within the time that was set', () =>
    overProxy(async (store, proxy) => {
      proxy.silence();
      const asked = [
        store.reads(scope).device(dev1),
        store.transact(scope, (tx) => tx.insertDevice(deviceOf('unheard'))),
      ];
      for (const one of await Promise.allSettled(asked)) {
        assert.equal(one.status === 'rejected' && one.reason.code, 'overloaded');
      }
      proxy.mend();
      await until(
        () =>
          store
            .reads(scope)
            .device(dev1)
            .then(Boolean, () => false),
        {
          deadlineMs: 10_000,
          tell: () => 'the store did not come back',
        },
      );
    }));

  it('tells every caller of a transaction whose connection broke, and keeps nothing of it', () =>
    overProxy(async (store, proxy) => {
      const settled = await Promise.allSettled([
        store.transact(scope, (tx) => tx.insertDevice(deviceOf('one'))),
        store.transact(scope, async (tx) => {
          await tx.insertDevice(deviceOf('two'));
          proxy.cut();
          proxy.mend();
          await tx.insertDevice(deviceOf('three'));
        }),
        store.transact(scope, (tx) => tx.insertDevice(deviceOf('four'))),
      ]);
      assert.deepEqual(
        settled.map((one) => (one.status === 'fulfilled' ? 'kept' : one.reason.code)),
        ['overloaded', 'overloaded', 'kept'],
      );
      const { items } = await store.reads(scope).devices({ fleet: thermostats, limit: 10 });
      assert.deepEqual(
        items.map(({ id }) => id),
        ['dev-1', 'four'],
      );
    }));

  it('waits a bounded time for somebody else’s lock', () =>
    withStores(cluster(), [{ times: quick }, {}], async ([store, other]) => {
      assert.ok(store && other);
      await prepare(other);
      await other.transact(scope, async () => {
        await assert.rejects(
          store.transact(scope, (tx) => tx.insertDevice(deviceOf('waits'))),
          { code: 'overloaded' },
        );
      });
      await store.transact(scope, (tx) => tx.insertDevice(deviceOf('comes-in')));
    }));

  it('takes the lock of a process that has gone silent in its transaction, which then keeps nothing', () =>
    withStores(cluster(), [{ times: quick }, {}], async ([silent, other]) => {
      assert.ok(silent && other);
      await prepare(other);
      await assert.rejects(
        silent.transact(scope, async (tx) => {
          await tx.insertDevice(deviceOf('half'));
          await other.transact(scope, (inner) => inner.insertDevice(deviceOf('whole')));
          await tx.insertDevice(deviceOf('other-half'));
        }),
        { code: 'overloaded' },
      );
      assert.equal(await other.reads(scope).device(deviceOf('half').id), undefined);
      assert.ok(await silent.reads(scope).device(deviceOf('whole').id));
    }));

  it('turns callers away when too many wait for a connection', () =>
    withStores(cluster(), [{ connections: 3, commit: { mostQueued: 5 } }], async ([store]) => {
      assert.ok(store);
      await prepare(store);
      const settled = await Promise.allSettled(
        Array.from({ length: 20 }, (_, i) => store.transact(scope, (tx) => tx.insertDevice(deviceOf(`q-${i}`)))),
      );
      const codes = settled.map((one) => (one.status === 'fulfilled' ? 'kept' : one.reason.code));
      assert.equal(codes.filter((code) => code === 'kept').length, 5);
      assert.equal(codes.filter((code) => code === 'overloaded').length, 15);
    }));

  it('refuses a number that does not fit instead of rounding it', () =>
    withStores(cluster(), [{}], async ([store], url) => {
      assert.ok(store);
      await prepare(store);
      await cluster().query(url, 'update devices set enrolled_at = 9007199254740993');
      await assert.rejects(store.reads(scope).device(dev1), { code: 'internal' });
    }));

  it('keeps texts that PostgreSQL cannot, but for the character that is the reason', () =>
    withStores(cluster(), [{}], async ([store]) => {
      assert.ok(store);
      await prepare(store);
      await store.transact(scope, async (tx) => {
        await tx.insertDeployment(deploymentOf(1));
        assert.ok(await tx.insertReport(reportOf(1, { detail: 'a\0b' }), 1));
        await tx.appendAudit(eventOf('fleet/x', { reason: '\0' }));
      });
      const [report] = await store.reads(scope).reports(deploymentIdOf(1));
      assert.equal(report?.detail, 'a\uFFFDb');
    }));

  it('looks into JSON with characters that PostgreSQL does not like, and spells them as they were', () =>
    withStores(cluster(), [{}], async ([store]) => {
      assert.ok(store);
      await prepare(store);
      const strange = ['\0', '\ud800', 'x\udfffy', '\\u0000', '\\ud800', '\\\0', '\ue000', '😀', '\ud83d\ud83d\ude00'];
      await store.transact(scope, async (tx) => {
        for (const [i, said] of strange.entries()) await tx.insertDevice(deviceOf(`s-${i}`, { attributes: { said } }));
      });
      const find = async (expression: string) => {
        const { items } = await store.scans(scope).devices({ fleet: thermostats, expression, now: 0, limit: 100 });
        return items.map(({ attributes }) => attributes.said);
      };
      assert.deepEqual(await find('has(attribute.said) && attribute.said != "something else"'), strange);
      // Half a pair has no spelling in the language of expressions.
      for (const said of strange.filter((one) => one.isWellFormed())) {
        assert.deepEqual(await find(`attribute.said == ${JSON.stringify(said)}`), [said]);
      }
    }));

  it('says what to do when the database cannot be used', async () => {
    await assert.rejects(openAt('postgres://fettle@127.0.0.1:1/x', { patienceMs: 0 }), /database/);
    await assert.rejects(openAt(`${await cluster().createDatabase()}&port=5432`.replace('fettle_', 'absent_')), {
      code: 'overloaded',
      message: /absent_\d+" does not exist/,
    });
    await assert.rejects(openAt('mysql://x'), { code: 'invalid-input' });
  });

  /** A store whose connections pass by a proxy, on a database with everything that others hang on. */
  async function overProxy(test: (store: Store, proxy: UnsteadyProxy) => Promise<void>): Promise<void> {
    const proxy = await startProxy(cluster().folder);
    try {
      const store = await openAt(proxy.urlOf(await cluster().createDatabase()), { times: quick });
      try {
        await prepare(store);
        await test(store, proxy);
      } finally {
        proxy.mend();
        await store.close();
      }
    } finally {
      await proxy.close();
    }
  }
});
