import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Device, type DeviceId, deviceId, tenantId } from '@fettle/model';
import { type Scope, serverScope } from './access/scope.ts';
import type { Store, Writes } from './ports.ts';
import { watchWrites } from './watch-writes.ts';

const scope = serverScope(tenantId('acme'));
const device = (id: string) => ({ id: deviceId(id) }) as Device;

/** A store whose methods need their own object, as those of the real ones do. */
function plainStore(log: string[]): Store {
  class Tx {
    readonly #log = log;
    insertDevice({ id }: Device): void {
      this.#log.push(`insert ${id}`);
    }
    updateDevice({ id }: Device): void {
      this.#log.push(`update ${id}`);
    }
    deleteDevice(id: DeviceId): void {
      this.#log.push(`delete ${id}`);
    }
  }
  const store = {
    async transact<T>(_: Scope, work: (tx: Writes) => Promise<T>): Promise<T> {
      const result = await work(new Tx() as unknown as Writes);
      log.push('commit');
      return result;
    },
  };
  return store as unknown as Store;
}

test('devices that a transaction wrote are told of after the commit and before the caller goes on', async () => {
  const log: string[] = [];
  const store = watchWrites(plainStore(log), (_, devices) => log.push(`told ${[...devices].join(' ')}`));
  await store.transact(scope, async (tx) => {
    await tx.insertDevice(device('a'));
    await tx.updateDevice(device('b'));
    await tx.updateDevice(device('b'));
    await tx.deleteDevice(deviceId('c'));
  });
  log.push('caller');
  assert.deepEqual(log, ['insert a', 'update b', 'update b', 'delete c', 'commit', 'told a b c', 'caller']);
});

test('nothing is told of when no device was written, and everything when the commit failed', async () => {
  const told: string[] = [];
  const store = watchWrites(plainStore([]), (_, devices) => told.push([...devices].join(' ')));
  await store.transact(scope, async () => undefined);
  assert.deepEqual(told, []);
  const failing = store.transact(scope, async (tx) => {
    await tx.updateDevice(device('a'));
    throw new Error('the disk is full');
  });
  await assert.rejects(failing, /the disk is full/);
  assert.deepEqual(told, ['a']);
});
