import type { Clock, Randomness, Reads, Scope, Writes } from '@fettle/control';
import { FettleError, type Instant, type NewAuditEvent } from '@fettle/model';
import type { Lease, WorldStore } from '../server/world-store.ts';
import { memoryGateReads, memoryGateWrites } from './gates.ts';
import { memoryReads, memoryScans } from './reads.ts';
import { SeenMap } from './seen-map.ts';
import { type SeenTimes, Tables } from './tables.ts';
import { memoryWrites } from './writes.ts';

export interface MemoryStoreOptions {
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Randomness;
  readonly seen?: SeenTimes | undefined;
  /** Takes what would go into the audit log, after its commit. */
  readonly onAudit?: (event: NewAuditEvent & { readonly at: Instant; readonly actor: string }) => void;
}

/**
 * A store in plain memory for what moves rollouts on, and for that alone: uploads, tokens and lists are not in it. One
 * tenant; transactions one after the other; nothing outlives it. Reads cost some hundred nanoseconds, which is what a
 * replay of millions of check-ins lives on.
 */
export function createMemoryStore(options: MemoryStoreOptions): WorldStore & { readonly tables: Tables } {
  const { clock, random, seen = new SeenMap(), onAudit } = options;
  const tables = new Tables();
  const reads = complete<Reads>({ ...memoryReads(tables), ...memoryGateReads(tables, seen) });
  const audited: NewAuditEvent[] = [];
  const writes = complete<Writes>({
    ...memoryReads(tables),
    ...memoryGateReads(tables, seen),
    ...memoryGateWrites(tables),
    ...memoryWrites(tables, seen, (event) => void audited.push(event)),
  });
  const scans = memoryScans(tables);
  let last: Promise<unknown> = Promise.resolve();

  const run = async <T>({ actor }: Scope, work: (tx: Writes) => Promise<T>): Promise<T> => {
    try {
      const result = await work(writes);
      tables.commit();
      if (onAudit) for (const event of audited) onAudit({ ...event, at: clock.now(), actor });
      return result;
    } catch (error) {
      tables.rollback();
      throw error;
    } finally {
      audited.length = 0;
    }
  };
  return {
    tables,
    reads: () => reads,
    scans: () => scans,
    transact(scope, work) {
      const mine = last.then(
        () => run(scope, work),
        () => run(scope, work),
      );
      last = mine;
      return mine;
    },
    seen: (_, device, at) => seen.note(device, at),
    operatorTokenByHash: async () => undefined,
    tenants: async () => [...tables.tenants],
    createTenant: async (id) => void tables.tenants.add(id),
    secret: async () => random.bytes(32),
    lead(duty, taken): Lease {
      const term = (tables.terms.get(duty) ?? 0) + 1;
      tables.terms.set(duty, term);
      queueMicrotask(taken);
      return { term };
    },
    flushSeen: async () => {},
    close: async () => {},
  };
}

/** Whatever is asked for that is not there is a mistake of ours, and says so. */
function complete<T extends object>(known: Partial<T>): T {
  // Behind the object, not around it: what is there is found at the speed of any property.
  return Object.assign(Object.create(missing) as T, known);
}

const missing: object = new Proxy(Object.create(null) as object, {
  get(_, name) {
    if (typeof name === 'symbol' || name === 'then') return undefined;
    throw new FettleError('internal', `A store in memory has no ${name}.`);
  },
});
