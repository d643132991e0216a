import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Writes } from '@fettle/control';
import { deviceOf, eventOf, type Open, prepare, rolloutIdOf, rolloutOf, thermostats } from './store-fixtures.ts';
import { withStore } from './with-store.ts';

/** Many callers, one commit. */
export function groupsTransactions(open: Open): void {
  describe('transactions', () => {
    it('undoes the writes of a failing caller alone, and answers it with its own error', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        const calls = [0, 1, 2, 3, 4].map((i) =>
          store.transact(scope, async (tx) => {
            await tx.insertDevice(deviceOf(`batch-${i}`));
            await tx.appendAudit(eventOf(`device/batch-${i}`));
            if (i === 2) throw new Error('no, not me');
            return i;
          }),
        );
        const settled = await Promise.allSettled(calls);
        assert.deepEqual(
          settled.map((one) => (one.status === 'fulfilled' ? one.value : String(one.reason))),
          [0, 1, 'Error: no, not me', 3, 4],
        );
        const reads = store.reads(scope);
        assert.equal(await reads.device(deviceOf('batch-2').id), undefined);
        assert.ok(await reads.device(deviceOf('batch-3').id));
        assert.equal((await reads.countDevices(thermostats)).accepted, 5);
        const { items } = await reads.auditEvents({ limit: 10, oldestFirst: true });
        assert.deepEqual(
          items.map(({ sequence, object }) => `${sequence} ${object}`),
          ['1 device/batch-0', '2 device/batch-1', '3 device/batch-3', '4 device/batch-4'],
        );
      }));

    it('runs callers in the order they came, each seeing what those before it wrote', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        const turns = Array.from({ length: 200 }, (_, i) => i);
        const seen = await Promise.all(
          turns.map(() =>
            store.transact(scope, async (tx) => {
              const before = await tx.rollout(rolloutIdOf(1));
              const revision = before?.revision ?? 0;
              assert.ok(await tx.updateRollout(rolloutOf(1, { revision: revision + 1 })));
              return revision;
            }),
          ),
        );
        assert.deepEqual(
          seen,
          turns.map((i) => i + 1),
        );
      }));

    it('lets only one of two rivals win a revision', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        const rivals = ['paused', 'aborted'].map((statusReason) =>
          store.transact(scope, (tx) => tx.updateRollout(rolloutOf(1, { revision: 2, statusReason }))),
        );
        assert.deepEqual(await Promise.all(rivals), [true, false]);
        assert.equal((await store.reads(scope).rollout(rolloutIdOf(1)))?.statusReason, 'paused');
      }));

    it('keeps nothing of work that fails at once, and goes on', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        const broken = store.transact(scope, () => {
          throw new TypeError('at once');
        });
        await assert.rejects(broken, TypeError);
        await store.transact(scope, (tx) => tx.insertDevice(deviceOf('later')));
        assert.ok(await store.reads(scope).device(deviceOf('later').id));
      }));

    it('refuses to be used when its work is over', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        const kept: Writes[] = [];
        await store.transact(scope, async (tx) => void kept.push(tx));
        const [late] = kept;
        assert.ok(late);
        await assert.rejects(late.insertDevice(deviceOf('late')), { code: 'internal' });
        await assert.rejects(late.device(deviceOf('dev-1').id), { code: 'internal' });
        assert.equal(await store.reads(scope).device(deviceOf('late').id), undefined);
      }));

    it('answers a caller only when everybody can read what it wrote', () =>
      withStore(open, async ({ store }) => {
        const scope = await prepare(store);
        const calls = Array.from({ length: 50 }, async (_, i) => {
          const device = deviceOf(`visible-${i}`);
          await store.reads(scope).device(device.id);
          await store.transact(scope, (tx) => tx.insertDevice(device));
          assert.deepEqual(await store.reads(scope).device(device.id), device);
        });
        await Promise.all(calls);
      }));
  });
}
