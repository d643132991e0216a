import type { Reads, Scope, Store, Writes } from '@fettle/control';
import { FettleError, type TenantId } from '@fettle/model';
import type { Dice } from '../kernel/dice.ts';
import type { Life } from '../kernel/life.ts';
import type { Timeline } from '../kernel/timeline.ts';

/** How the way to the database is, for one process. */
export interface StoreWay {
  /** Longest time from asking to being served, in milliseconds; 0 for none at all. */
  readonly mostDelayMs: number;
  /** Until when the database stands still. */
  stalledUntil(): number;
  /** Until when this process cannot reach it: what it asked for goes through afterwards. */
  cutOffUntil(): number;
  /** The chance that a transaction is told of as failed, half of the time although it was committed. */
  failureShare(): number;
}

export interface DelayedStoreOptions {
  readonly timeline: Timeline;
  readonly dice: Dice;
  readonly life: Life;
  readonly way: StoreWay;
}

/**
 * A store as one process sees it, in virtual time: what is asked for arrives later, one after the other, and a process
 * that dies meanwhile never hears of it, whether it was committed or not.
 */
export function delayStore(store: Store, options: DelayedStoreOptions): Store {
  const { life } = options;
  const readers = new Map<TenantId, Reads>();
  const ask = <T>(work: () => Promise<T>): Promise<T> => life.hear(served(options, work));
  return {
    reads(scope) {
      let reads = readers.get(scope.tenant);
      if (!reads) {
        reads = delayReads(store.reads(scope), ask);
        readers.set(scope.tenant, reads);
      }
      return reads;
    },
    scans: (scope) => delayReads(store.scans(scope), ask),
    transact: (scope, work) => life.hear(committed(store, options, { scope, work })),
    // Kept in memory by the real store and written much later: nothing to wait for.
    seen: (scope, device, at) => store.seen(scope, device, at),
    operatorTokenByHash: (hash) => ask(() => store.operatorTokenByHash(hash)),
    tenants: () => ask(() => store.tenants()),
    createTenant: (id, at) => ask(() => store.createTenant(id, at)),
    secret: () => store.secret(),
  };
}

function delayReads<R extends object>(reads: R, ask: <T>(work: () => Promise<T>) => Promise<T>): R {
  const delayed = new Map<string | symbol, unknown>();
  return new Proxy(reads, {
    get(target, name) {
      let found = delayed.get(name);
      if (found === undefined) {
        const read = Reflect.get(target, name) as (...asked: unknown[]) => Promise<unknown>;
        found = (...asked: unknown[]) => ask(() => read.apply(target, asked));
        delayed.set(name, found);
      }
      return found;
    },
  });
}

/** When a request that leaves now is served. */
function servedAt({ timeline, dice, way }: DelayedStoreOptions): number {
  const delayMs = way.mostDelayMs === 0 ? 0 : dice.whole(0, way.mostDelayMs);
  const standing = Math.max(way.stalledUntil(), way.cutOffUntil());
  return Math.max(timeline.now, standing) + delayMs;
}

/** Does a piece of work when its time has come; the answer needs no time of its own. */
function served<T>(options: DelayedStoreOptions, work: () => Promise<T>): Promise<T> {
  const { timeline, life } = options;
  return new Promise((resolve, reject) => {
    timeline.at(servedAt(options), async () => {
      if (life.ended) return;
      await work().then(resolve, reject);
    });
  });
}

function committed<T>(
  store: Store,
  options: DelayedStoreOptions,
  { scope, work }: { readonly scope: Scope; readonly work: (tx: Writes) => Promise<T> },
): Promise<T> {
  const { timeline, dice, life, way } = options;
  return new Promise((resolve, reject) => {
    timeline.at(servedAt(options), async () => {
      // Its process is gone before anything reached the database.
      if (life.ended) return;
      const fails = dice.chance(way.failureShare());
      const lost = new FettleError('overloaded', 'The connection to the database broke.');
      if (fails && dice.chance(0.5)) return reject(lost);
      const outcome = await settled(store.transact(scope, work));
      // On the way back the process may die, or the connection break, with everything committed.
      const backMs = way.mostDelayMs === 0 ? 0 : dice.whole(0, way.mostDelayMs);
      const answer = () => {
        if (fails) reject(lost);
        else if ('value' in outcome) resolve(outcome.value);
        else reject(outcome.error);
      };
      if (backMs === 0) answer();
      else timeline.after(backMs, answer);
    });
  });
}

type Settled<T> = { readonly value: T } | { readonly error: unknown };

function settled<T>(promise: Promise<T>): Promise<Settled<T>> {
  return promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
}
