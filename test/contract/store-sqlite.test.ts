import assert from 'node:assert/strict';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type OpenStore, openSqliteStore } from '../../packages/server/src/store/index.ts';
import { storeContract } from './store.contract.ts';
import { acme, deviceOf, type Opened, prepare, scopeOf, thermostats } from './store-fixtures.ts';

const random = { bytes: (count: number) => new Uint8Array(count).fill(7) };

async function openAt(file: string, clock = { time: 1_000 }): Promise<OpenStore> {
  return openSqliteStore({ file, clock: { now: () => clock.time }, random });
}

async function inFolder(test: (file: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-store-'));
  try {
    await test(join(folder, 'fettle.db'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function openFile(): Promise<Opened> {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-store-'));
  const clock = { time: 1_000 };
  const store = await openAt(join(folder, 'fettle.db'), clock);
  return {
    store,
    clock,
    async close() {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function openMemory(): Promise<Opened> {
  const clock = { time: 1_000 };
  const store = await openAt(':memory:', clock);
  return { store, clock, close: () => store.close() };
}

storeContract('SQLite in a file', openFile);
storeContract('SQLite in memory', openMemory);

describe('SQLite store', () => {
  it('finds everything again after it was closed, last-seen times and the secret too', () =>
    inFolder(async (file) => {
      const first = await openAt(file);
      const scope = await prepare(first);
      first.seen(scope, deviceOf('dev-1').id, 5_000);
      const secret = await first.secret();
      const pending = first.transact(scope, (tx) => tx.insertDevice(deviceOf('last-moment')));
      await first.close();
      await pending;
      const second = await openAt(file);
      assert.equal((await second.reads(scope).device(deviceOf('dev-1').id))?.lastSeenAt, 5_000);
      assert.ok(await second.reads(scope).device(deviceOf('last-moment').id));
      assert.deepEqual(await second.secret(), secret);
      await second.close();
    }));

  it('takes no work once it closes', () =>
    inFolder(async (file) => {
      const store = await openAt(file);
      const scope = await prepare(store);
      await store.close();
      await store.close();
      await assert.rejects(
        store.transact(scope, (tx) => tx.insertDevice(deviceOf('late'))),
        { code: 'overloaded' },
      );
    }));

  it('belongs to one server at a time, and to the next when that one has let go', () =>
    inFolder(async (file) => {
      const first = await openAt(file);
      await assert.rejects(openAt(file), { code: 'wrong-state' });
      await first.close();
      await (await openAt(file)).close();
    }));

  it('shows readers nothing of a transaction that has not committed', () =>
    inFolder(async (file) => {
      const store = await openAt(file);
      const scope = await prepare(store);
      const seen: unknown[] = [];
      await store.transact(scope, async (tx) => {
        await tx.insertDevice(deviceOf('hidden'));
        seen.push(await store.reads(scope).device(deviceOf('hidden').id));
        seen.push((await tx.device(deviceOf('hidden').id))?.id);
      });
      assert.deepEqual(seen, [undefined, 'hidden']);
      await store.close();
    }));

  it('keeps its write-ahead log small while readers read all the time', () =>
    inFolder(async (file) => {
      const store = await openAt(file);
      const scope = await prepare(store);
      const tags = { padding: 'x'.repeat(200) };
      for (let round = 0; round < 150; round++) {
        await store.reads(scope).device(deviceOf('dev-1').id);
        await store.transact(scope, async (tx) => {
          for (let i = 0; i < 50; i++) await tx.insertDevice(deviceOf(`wal-${round}-${i}`, { tags }));
        });
        assert.equal((await store.reads(scope).countDevices(thermostats)).accepted, 1 + (round + 1) * 50);
      }
      const { size } = await stat(`${file}-wal`);
      assert.ok(size < 16 * 1_048_576, `the log has ${size} bytes`);
      await store.close();
    }));

  it('counts what it did', () =>
    inFolder(async (file) => {
      const store = await openAt(file);
      const scope = await prepare(store);
      store.seen(scopeOf(acme), deviceOf('dev-1').id, 1);
      const before = store.stats();
      await Promise.all([1, 2, 3].map((i) => store.transact(scope, (tx) => tx.insertDevice(deviceOf(`n-${i}`)))));
      const after = store.stats();
      assert.deepEqual([after.tasks - before.tasks, after.batches - before.batches, after.queued], [3, 1, 0]);
      assert.equal(after.seenBuffered, 1);
      await store.close();
    }));
});
