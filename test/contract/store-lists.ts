import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DeviceQuery, Page, PageRequest, Reads } from '@fettle/control';
import { type Device, fleetId } from '@fettle/model';
import {
  acme,
  deploymentIdOf,
  deploymentOf,
  deviceOf,
  eventOf,
  fleetOf,
  type Open,
  prepare,
  releaseOf,
  rolloutIdOf,
  rolloutOf,
  thermostats,
} from './store-fixtures.ts';
import { withStore } from './with-store.ts';

/** Pages, their order, and filters. */
export function listsPages(open: Open): void {
  describe('lists', () => {
    it('gives every list in its order, page by page', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        await store.transact(scope, async (tx) => {
          for (let i = 2; i <= 7; i++) {
            await tx.insertFleet(fleetOf(acme, fleetId(`fleet-${i}`)));
            await tx.insertRelease(releaseOf(i));
            await tx.insertRollout(rolloutOf(i));
            await tx.insertDevice(deviceOf(`dev-${i}`));
            await tx.insertDeployment(deploymentOf(i));
            const verb = i === 3 ? 'rollout.created' : 'rollout.started';
            await tx.appendAudit(eventOf(`rollout/${i % 2}`, { verb, fleet: i < 5 ? thermostats : null }));
          }
        });
        const reads = store.reads(scope);
        const keys = async <T>(list: (page: PageRequest) => Promise<Page<T>>, key: (item: T) => unknown) =>
          (await drain(list, 2)).map(key);
        assert.deepEqual(
          await keys(
            (page) => reads.fleets(page),
            (fleet) => fleet.id,
          ),
          [...[2, 3, 4, 5, 6, 7].map((i) => `fleet-${i}`), thermostats],
        );
        assert.deepEqual(
          await keys(
            (page) => reads.releases(thermostats, page),
            (release) => release.counter,
          ),
          [7, 6, 5, 4, 3, 2, 1],
        );
        assert.deepEqual(
          await keys(
            (page) => reads.rollouts(thermostats, page),
            (rollout) => rollout.id,
          ),
          [7, 6, 5, 4, 3, 2, 1].map((i) => rolloutIdOf(i)),
        );
        const newest = [7, 6, 5, 4, 3, 2].map((i) => deploymentIdOf(i));
        const { device, rollout } = deploymentOf(1);
        assert.deepEqual(
          await keys(
            (page) => reads.deploymentsOfDevice(device, page),
            (one) => one.id,
          ),
          newest,
        );
        assert.deepEqual(
          await keys(
            (page) => reads.deploymentsOfRollout(rollout, page),
            (one) => one.id,
          ),
          newest,
        );
        const audit = (query: object) =>
          keys(
            (page) => reads.auditEvents({ ...query, ...page }),
            (one) => one.sequence,
          );
        assert.deepEqual(await audit({}), [6, 5, 4, 3, 2, 1]);
        assert.deepEqual(await audit({ oldestFirst: true }), [1, 2, 3, 4, 5, 6]);
        assert.deepEqual(await audit({ fleet: thermostats }), [3, 2, 1]);
        assert.deepEqual(await audit({ object: 'rollout/1', oldestFirst: true }), [2, 4, 6]);
        assert.deepEqual(await audit({ object: 'rollout/1', fleet: thermostats }), [2]);
        assert.deepEqual(await audit({ object: 'rollout/1', verbs: ['rollout.started'] }), [6, 4]);
        assert.deepEqual(await audit({ verbs: ['rollout.created', 'rollout.aborted'] }), [2]);
        assert.deepEqual(await audit({ verbs: [] }), []);
      }));

    it('misses and repeats no device while others are enrolled between pages', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        const names = Array.from({ length: 60 }, (_, i) => `list-${String(i).padStart(3, '0')}`);
        await store.transact(scope, async (tx) => {
          for (const name of names.filter((_, i) => i % 2 === 0)) await tx.insertDevice(deviceOf(name));
        });
        const late = names.filter((_, i) => i % 2 === 1);
        const found: string[] = [];
        for (let after: string | undefined; ; ) {
          const page: Page<Device> = await store.reads(scope).devices({ fleet: thermostats, after, limit: 4 });
          found.push(...page.items.map((device) => device.id));
          const name = late.pop();
          if (name) await store.transact(scope, (tx) => tx.insertDevice(deviceOf(name)));
          if (page.next === null) break;
          after = page.next;
        }
        assert.deepEqual(found, [...new Set(found)].sort());
        for (const name of names.filter((_, i) => i % 2 === 0)) assert.ok(found.includes(name), name);
      }));

    it('lists devices by status', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        await store.transact(scope, async (tx) => {
          for (let i = 0; i < 9; i++) {
            const status = (['pending', 'accepted', 'rejected'] as const)[i % 3];
            await tx.insertDevice(deviceOf(`by-${i}`, status ? { status } : {}));
          }
        });
        assert.deepEqual(await listDevices(store.reads(scope), { fleet: thermostats, status: 'pending', limit: 2 }), [
          'by-0',
          'by-3',
          'by-6',
        ]);
      }));

    it('refuses pages without entries and false cursors', () =>
      withStore(open, async ({ store }) => {
        const reads = store.reads(await prepare(store));
        const refused = [
          () => reads.fleets({ limit: 0 }),
          () => reads.fleets({ limit: 1.5 }),
          () => reads.releases(thermostats, { limit: 1, after: 'x' }),
          () => reads.auditEvents({ limit: 1, after: '-1' }),
          () => reads.devices({ fleet: thermostats, limit: 0 }),
        ];
        for (const call of refused) await assert.rejects(call, { code: 'invalid-input' });
      }));
  });
}

async function drain<T>(list: (page: PageRequest) => Promise<Page<T>>, limit: number): Promise<T[]> {
  const items: T[] = [];
  let after: string | undefined;
  do {
    const page = await list({ limit, after });
    assert.ok(page.items.length <= limit);
    items.push(...page.items);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return items;
}

async function listDevices(reads: Reads, query: DeviceQuery): Promise<string[]> {
  return (await drain((page) => reads.devices({ ...query, ...page }), query.limit)).map((device) => device.id);
}
