import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { fleetId, type RolloutId, tenantId } from '@fettle/model';
import type { Reads, Store } from '../ports.ts';
import { type ContextCache, createContextCache } from './context-cache.ts';

const tenant = tenantId('acme');
const fleet = fleetId('routers');
const [a, b] = ['rol_a', 'rol_b'] as RolloutId[] as [RolloutId, RolloutId];

/** A store of one fleet with two rollouts, that counts what is read and lets a test act in the middle of a read. */
class CountingStore {
  readonly reads: string[] = [];
  open: Record<string, number> = { [a]: 0, [b]: 0 };
  intervalMs = 1_000;
  /** Called at each read of counts. */
  meanwhile: (() => void) | undefined;

  get store(): Store {
    const note = <T>(what: string, value: T): Promise<T> => {
      this.reads.push(what);
      return Promise.resolve(value);
    };
    const known = {
      fleet: () => note('fleet', { id: fleet, checkInIntervalMs: this.intervalMs }),
      rollouts: () =>
        note('rollouts', {
          items: [a, b].map((id) => ({
            id,
            phases: [],
            policy: { priority: 0, rate: null, budgets: { bytesPerHour: null } },
          })),
          next: null,
        }),
      groups: () => note('groups', []),
      release: () => note('release', { id: 'rel_1' }),
      holds: () => note('holds', []),
      steppingStones: () => note('stones', []),
      rolloutCounts: (id: RolloutId) => {
        const seen = [{ open: this.open[id] }];
        this.meanwhile?.();
        return note(`counts of ${id}`, seen);
      },
    };
    return { reads: () => known as unknown as Reads } as unknown as Store;
  }
}

describe('the context cache', () => {
  let counting: CountingStore;
  let cache: ContextCache;
  beforeEach(() => {
    counting = new CountingStore();
    cache = createContextCache(counting.store, { now: () => 60_000_000 });
  });
  const openOf = async () => {
    const { rollouts } = await cache.get(tenant, fleet);
    return Object.fromEntries(rollouts.map(({ rollout, counts }) => [rollout.id, counts[0]?.open]));
  };
  const readsOf = async (work: () => unknown) => {
    const before = counting.reads.length;
    await work();
    return counting.reads.slice(before);
  };

  it('reads a fleet once', async () => {
    assert.equal(cache.peek(tenant, fleet), undefined);
    const first = await cache.get(tenant, fleet);
    assert.deepEqual(await readsOf(() => cache.get(tenant, fleet)), []);
    assert.equal(cache.peek(tenant, fleet), first);
    assert.equal(cache.intervalOf(first.structure), 1_000);
  });

  it('reads it once for all who ask at the same time', async () => {
    const reads = await readsOf(() => Promise.all([1, 2, 3].map(() => cache.get(tenant, fleet))));
    assert.equal(reads.filter((what) => what === 'fleet').length, 1);
  });

  it('reads the counts of the rollouts that changed and nothing else, and keeps the structure', async () => {
    const { structure } = await cache.get(tenant, fleet);
    counting.open = { [a]: 5, [b]: 7 };
    cache.countsChanged(tenant, fleet, [a]);
    assert.equal(cache.peek(tenant, fleet), undefined);
    assert.deepEqual(await readsOf(openOf), [`counts of ${a}`]);
    assert.deepEqual(await openOf(), { [a]: 5, [b]: 0 });
    assert.equal(cache.peek(tenant, fleet)?.structure, structure);
    assert.equal(cache.intervalOf(structure), 1_000);
  });

  it('reads all and gives the structure another number when it changed', async () => {
    const { structure } = await cache.get(tenant, fleet);
    counting.intervalMs = 2_000;
    cache.structureChanged(tenant, fleet);
    assert.equal(cache.intervalOf(structure), undefined, 'nobody may rely on it any more');
    const next = await cache.get(tenant, fleet);
    assert.notEqual(next.structure, structure);
    assert.equal(cache.intervalOf(next.structure), 2_000);
    cache.forgetAll();
    assert.equal(cache.intervalOf(next.structure), undefined);
    assert.equal(cache.peek(tenant, fleet), undefined);
  });

  it('does not keep what changed while it was being read', async () => {
    counting.meanwhile = () => {
      counting.meanwhile = undefined;
      cache.structureChanged(tenant, fleet);
    };
    const found = await cache.get(tenant, fleet);
    assert.equal(cache.peek(tenant, fleet), undefined);
    assert.equal(cache.intervalOf(found.structure), undefined);

    await cache.get(tenant, fleet);
    cache.countsChanged(tenant, fleet, [a]);
    counting.meanwhile = () => {
      counting.meanwhile = undefined;
      counting.open = { [a]: 9, [b]: 0 };
      cache.countsChanged(tenant, fleet, [a]);
    };
    assert.deepEqual(await openOf(), { [a]: 0, [b]: 0 });
    assert.deepEqual(await openOf(), { [a]: 9, [b]: 0 });
  });

  it('does not give a reader who comes after a change what was read before it', async () => {
    let late: Promise<unknown> | undefined;
    counting.meanwhile = () => {
      counting.meanwhile = undefined;
      counting.open = { [a]: 9, [b]: 9 };
      cache.structureChanged(tenant, fleet);
      late = openOf();
    };
    await cache.get(tenant, fleet);
    assert.deepEqual(await late, { [a]: 9, [b]: 9 });
  });

  it('tries again what could not be read', async () => {
    await cache.get(tenant, fleet);
    cache.countsChanged(tenant, fleet, [b]);
    counting.open = { [a]: 0, [b]: 3 };
    counting.meanwhile = () => {
      counting.meanwhile = undefined;
      throw new Error('the disk is gone');
    };
    await assert.rejects(cache.get(tenant, fleet), /the disk is gone/);
    assert.deepEqual(await openOf(), { [a]: 0, [b]: 3 });
  });
});
