import type { DeviceId } from '@fettle/model';
import type { Scope } from './access/scope.ts';
import type { Store, Writes } from './ports.ts';

/**
 * The store, telling which devices a transaction wrote: after it ended, before its caller goes on.
 * The one place where that is noticed, so that no caller can forget it.
 */
export function watchWrites(store: Store, onWritten: (scope: Scope, devices: ReadonlySet<DeviceId>) => void): Store {
  const watched: Store = {
    reads: (scope) => store.reads(scope),
    scans: (scope) => store.scans(scope),
    async transact(scope, work) {
      const written = new Set<DeviceId>();
      try {
        return await store.transact(scope, (tx) => work(watch(tx, written)));
      } finally {
        // When it failed too: one that was told of as failed may have been committed all the same.
        if (written.size > 0) onWritten(scope, written);
      }
    },
    seen: (scope, device, at) => store.seen(scope, device, at),
    operatorTokenByHash: (hash) => store.operatorTokenByHash(hash),
    tenants: () => store.tenants(),
    createTenant: (id, at) => store.createTenant(id, at),
    secret: () => store.secret(),
  };
  return watched;
}

/** The same transaction, noting the devices that are written through it. */
function watch(tx: Writes, written: Set<DeviceId>): Writes {
  const noting: Pick<Writes, 'insertDevice' | 'updateDevice' | 'deleteDevice'> = {
    insertDevice(device) {
      written.add(device.id);
      return tx.insertDevice(device);
    },
    updateDevice(device) {
      written.add(device.id);
      return tx.updateDevice(device);
    },
    deleteDevice(id) {
      written.add(id);
      return tx.deleteDevice(id);
    },
  };
  return Object.create(tx, Object.getOwnPropertyDescriptors(noting)) as Writes;
}
