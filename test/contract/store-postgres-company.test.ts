import assert from 'node:assert/strict';
import { it } from 'node:test';
import { noCounts } from '@fettle/model';
import type { ChangeNotice, OpenStore } from '../../packages/server/src/store/index.ts';
import { startProxy } from '../peers/postgres/unsteady-proxy.ts';
import { until } from '../system/crash/until.ts';
import { openAt, withCluster, withStores } from './postgres-stores.ts';
import {
  acme,
  deploymentOf,
  deviceOf,
  eventOf,
  groupOf,
  prepare,
  rolloutIdOf,
  scopeOf,
  thermostats,
} from './store-fixtures.ts';

const scope = scopeOf(acme);
const lively = { silenceMs: 500 };

withCluster('processes that share a PostgreSQL database', (cluster) => {
  it('tells the others what a commit changed, each thing once, and nothing of what was undone', () =>
    withStores(cluster(), [lively, lively], async ([one, other]) => {
      assert.ok(one && other);
      await prepare(one);
      const [own, heard] = [listen(one), listen(other)];
      await until(() => own.isHeard(), patience('the first hears'));
      await beginToHear(one, heard);
      await one.transact(scope, async (tx) => {
        await tx.insertDeployment(deploymentOf(1));
        await tx.addCounts(rolloutIdOf(1), 0, { ...noCounts, started: 1 });
        await tx.updateDevice(deviceOf('dev-1'));
      });
      await one.transact(scope, (tx) => tx.saveGroup(groupOf('beta')));
      await one.transact(scope, (tx) => tx.saveGroup(groupOf('gamma'))).catch(() => {});
      const undone = one.transact(scope, async (tx) => {
        await tx.updateDevice(deviceOf('dev-1'));
        throw new Error('no');
      });
      await assert.rejects(undone);
      await one.transact(scope, (tx) => tx.insertDevice(deviceOf('last')));
      await until(() => heard.notices.some(({ devices }) => devices.includes(deviceOf('last').id)), patience('heard'));
      const plain = heard.notices.map(({ tenant, structure, counts, devices, everything }) => {
        return { tenant, structure, counts, devices, everything };
      });
      const empty = { tenant: acme, structure: [], counts: {}, devices: [], everything: false };
      assert.deepEqual(plain, [
        { ...empty, counts: { [thermostats]: [rolloutIdOf(1)] }, devices: ['dev-1'] },
        { ...empty, structure: [thermostats] },
        { ...empty, structure: [thermostats] },
        { ...empty, devices: ['last'] },
      ]);
      assert.deepEqual(own.notices, [], 'what a process did itself is no news to it');
    }));

  it('tells of many devices in several notices, and of very many that everything may have changed', () =>
    withStores(cluster(), [lively, lively], async ([one, other]) => {
      assert.ok(one && other);
      await prepare(one);
      const heard = listen(other);
      await beginToHear(one, heard);
      const insert = (prefix: string, count: number) =>
        one.transact(scope, async (tx) => {
          const ids = Array.from({ length: count }, (_, i) => `${prefix}-${'x'.repeat(40)}-${i}`);
          await Promise.all(ids.map((id) => tx.insertDevice(deviceOf(id))));
        });
      await insert('many', 300);
      const ids = () => new Set(heard.notices.flatMap(({ devices }) => devices));
      await until(() => ids().size === 300, patience('all are named'));
      assert.ok(heard.notices.length > 1);
      await one.transact(scope, async (tx) => {
        const ids = Array.from({ length: 4_001 }, (_, i) => deviceOf(`crowd-${i}`).id);
        await Promise.all(ids.map((id) => tx.deleteDevice(id)));
      });
      await until(() => heard.notices.some(({ everything }) => everything), patience('everything is told'));
    }));

  it('says when changes may be missed, and when they are heard again', async () => {
    const url = await cluster().createDatabase();
    const proxy = await startProxy(cluster().folder);
    const store = await openAt(proxy.urlOf(url), lively);
    const heard = listen(store);
    try {
      await until(heard.isHeard, patience('it hears'));
      proxy.cut();
      await until(() => !heard.isHeard(), patience('it is deaf once the line is cut'));
      proxy.mend();
      await until(heard.isHeard, patience('it hears again'));
      proxy.silence();
      await until(() => !heard.isHeard(), patience('it notices that the line is dead'));
      proxy.cut();
      proxy.mend();
      await until(heard.isHeard, patience('it hears for the third time'));
    } finally {
      await store.close();
      await proxy.close();
    }
  });

  it('has one leader for a duty, and another the moment that one leaves', () =>
    withStores(cluster(), [lively, lively, lively], async (stores) => {
      const leads = stores.map((store) => store.lead('rollouts', () => {}));
      await until(() => leads.some(({ term }) => term === 1), patience('somebody leads'));
      for (let term = 2; term <= 4; term++) {
        const before = leads.findIndex((lead) => lead.term !== undefined);
        assert.equal(leads.filter((lead) => lead.term !== undefined).length, 1);
        await leads[before]?.close();
        const old = leads[before];
        if (stores[before]) leads[before] = stores[before].lead('rollouts', () => {});
        await until(() => leads.some((lead) => lead.term === term), patience(`term ${term}`));
        assert.equal(old?.term, undefined);
      }
    }));

  it('refuses what a leader writes that another has replaced, whatever it believes', () =>
    withStores(cluster(), [lively, lively], async ([one, other], url) => {
      assert.ok(one && other);
      await prepare(one);
      const lead = one.lead('rollouts', () => {});
      await until(() => lead.term === 1, patience('the first leads'));
      const write = (store: OpenStore, term: number, object: string) =>
        store.transact(scope, async (tx) => {
          await tx.demandTerm('rollouts', term);
          await tx.appendAudit(eventOf(object));
        });
      await write(one, 1, 'fleet/in-time');
      const next = other.lead('rollouts', () => {});
      await cluster().query(url, "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'");
      await until(() => next.term !== undefined || (lead.term ?? 0) > 1, patience('a second term'));
      await assert.rejects(write(one, 1, 'fleet/late'), {
        code: 'wrong-state',
        details: { duty: 'rollouts', term: 1 },
      });
      await write(next.term === undefined ? one : other, 2, 'fleet/new');
      const { items } = await one.reads(scope).auditEvents({ limit: 10, oldestFirst: true });
      assert.deepEqual(
        items.map(({ object }) => object),
        ['fleet/in-time', 'fleet/new'],
      );
    }));

  it('begins no new term while a transaction of the old one may still commit', () =>
    withStores(cluster(), [{ silenceMs: 400 }, { silenceMs: 400 }], async ([one, other], url) => {
      assert.ok(one && other);
      await prepare(one);
      const lead = one.lead('rollouts', () => {});
      await until(() => lead.term === 1, patience('the first leads'));
      const next = other.lead('rollouts', () => {});
      await one.transact(scope, async (tx) => {
        await tx.demandTerm('rollouts', 1);
        await lead.close();
        await until(async () => (await waiting(url)) > 0, patience('the other asks for the duty'));
        assert.equal(next.term, undefined);
        await tx.appendAudit(eventOf('fleet/last-of-its-term'));
      });
      await until(() => next.term === 2, patience('the other leads'));
    }));

  const waiting = async (url: string): Promise<number> => {
    const sql =
      "select count(*)::int as waiting from pg_stat_activity where wait_event_type = 'Lock' and query like '%duties%'";
    return (await cluster().query<{ waiting: number }>(url, sql))[0]?.waiting ?? 0;
  };
});

/** Until what comes is what was done from now on. */
async function beginToHear(teller: OpenStore, heard: Heard): Promise<void> {
  await until(heard.isHeard, patience('it hears'));
  await teller.transact(scope, (tx) => tx.insertDevice(deviceOf('first')));
  await until(
    () => heard.notices.some(({ devices }) => devices.includes(deviceOf('first').id)),
    patience('it has heard'),
  );
  heard.notices.length = 0;
}

interface Heard {
  readonly notices: ChangeNotice[];
  isHeard(): boolean;
}

function listen(store: OpenStore): Heard {
  const notices: ChangeNotice[] = [];
  let isHeard = false;
  store.listen({
    changed: (notice) => notices.push(notice),
    lost: () => {
      isHeard = false;
    },
    back: () => {
      isHeard = true;
    },
  });
  return { notices, isHeard: () => isHeard };
}

function patience(what: string) {
  return { deadlineMs: 15_000, tell: () => `not so: ${what}` };
}
