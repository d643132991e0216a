import type { Store } from './ports.ts';

/** The store for the work of one term: once a newer term has begun, nothing is written any more. */
export function fencedStore(store: Store, duty: string, term: number): Store {
  return {
    reads: (scope) => store.reads(scope),
    scans: (scope) => store.scans(scope),
    transact: (scope, work) =>
      store.transact(scope, async (tx) => {
        await tx.demandTerm(duty, term);
        return work(tx);
      }),
    seen: (scope, device, at) => store.seen(scope, device, at),
    operatorTokenByHash: (hash) => store.operatorTokenByHash(hash),
    tenants: () => store.tenants(),
    createTenant: (id, at) => store.createTenant(id, at),
    secret: () => store.secret(),
  };
}
