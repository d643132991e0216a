import { FettleError, type FleetId, personOfActor } from '@fettle/model';
import type { Reads, Scans, Store, Writes } from '../ports.ts';
import { ownReads } from './bound-reads.ts';
import { ownWrites } from './bound-writes.ts';
import { type Lead, reading, scanning, writing } from './reach.ts';
import { ofWholeTenant, type Scope } from './scope.ts';

/**
 * The store, so that for a scope that is bound to some fleets nothing of another one is there: what it asks for is
 * answered as if that did not exist, what it would write is refused. The one place, so that no call of the brain can
 * forget it; what is not in the tables of `reach.ts` is refused too.
 */
export function bindStore(store: Store): Store {
  return {
    reads: (scope) => boundReads(store.reads(scope), scope),
    scans: (scope) => boundScans(store.scans(scope), scope),
    transact: (scope, work) => store.transact(scope, (tx) => work(boundWrites(tx, scope))),
    seen(scope, device, at) {
      if (scope.fleets) throw ofWholeTenant(scope);
      store.seen(scope, device, at);
    },
    operatorTokenByHash: (hash) => store.operatorTokenByHash(hash),
    tenants: () => store.tenants(),
    createTenant: (id, at) => store.createTenant(id, at),
    secret: () => store.secret(),
  };
}

/** What a route says of itself, and what was asked. */
export interface Asked {
  /** The fleet that the path names. */
  readonly fleet: string | undefined;
  /** Whether it is about things of fleets, whether or not it names one. */
  readonly isOfFleets: boolean;
}

/**
 * Demands that a bound scope may ask a route at all: before anything of the request is looked at.
 * @throws FettleError `not-found` for another fleet, whether it exists or not; `forbidden` where no fleet is concerned
 */
export function demandBound(scope: Scope, { fleet, isOfFleets }: Asked): void {
  if (!scope.fleets) return;
  if (!isOfFleets) throw ofWholeTenant(scope);
  if (fleet === undefined || scope.fleets.has(fleet as FleetId)) return;
  throw new FettleError('not-found', `There is no fleet ${fleet.slice(0, 80)}.`, { details: { missing: 'fleet' } });
}

/** An id that nothing has: what another fleet has is asked for under it, and so not found. */
const nowhere = '';

type Method = (...asked: readonly unknown[]) => unknown;
type Guard = (method: Method, how: string) => Method | undefined;

function boundReads(reads: Reads, scope: Scope): Reads {
  const { fleets } = scope;
  if (!fleets) return reads;
  return guarded(reads, scope, { table: reading, own: ownReads(reads, scope, fleets), guard: hide(reads, fleets) });
}

function boundScans(scans: Scans, scope: Scope): Scans {
  const { fleets } = scope;
  if (!fleets) return scans;
  const own: Pick<Scans, 'survey'> = {
    survey: (survey, of, order) => scans.survey(survey, fleets.has(of.fleet) ? of : { ...of, fleet: absent }, order),
  };
  return guarded(scans, scope, { table: scanning, own, guard: hideNamed(fleets) });
}

function boundWrites(tx: Writes, scope: Scope): Writes {
  const { fleets } = scope;
  if (!fleets) return tx;
  const own = { ...ownReads(tx, scope, fleets), ...ownWrites(tx, scope, fleets) };
  const [hidden, refused] = [hide(tx, fleets), refuse(tx, scope, fleets)];
  const table: Table = { ...reading, ...writing };
  const guard = (name: string) => (Object.hasOwn(writing, name) ? refused : hidden);
  return guarded(tx, scope, { table, own, guard: (method, how, name) => guard(name)(method, how) });
}

type Table = Readonly<Record<string, string>>;
interface Guarding<T> {
  readonly table: Table;
  readonly own: Partial<T>;
  readonly guard: (method: Method, how: string, name: string) => Method | undefined;
}

function guarded<T extends object>(target: T, scope: Scope, { table, own, guard }: Guarding<T>): T {
  // Over an object of its own: what stands fixed in the store's could not be shown as anything else.
  return new Proxy({} as T, {
    get(_, name) {
      const found: unknown = Reflect.get(target, name);
      // A promise that is resolved with this looks for `then`.
      if (typeof name === 'symbol' || name === 'then') return found;
      const how = Object.hasOwn(table, name) ? table[name] : undefined;
      if (how === undefined || how === 'refused' || typeof found !== 'function') throw ofWholeTenant(scope);
      if (how === 'own') return Reflect.get(own, name);
      const method: Method = (...asked) => Reflect.apply(found, target, asked);
      if (how === 'free' || (how === 'person' && personOfActor(scope.actor) !== undefined)) return method;
      const checked = guard(method, how, name);
      if (checked) return checked;
      throw ofWholeTenant(scope);
    },
  });
}

const absent = nowhere as FleetId;

/** Asks for nothing where another fleet is named, by itself or in a field. */
function hideNamed(fleets: ReadonlySet<FleetId>): Guard {
  return (method, how) => {
    if (how === 'fleet') return (id, ...rest) => method(fleets.has(id as FleetId) ? id : nowhere, ...rest);
    if (how !== 'of-fleet') return undefined;
    return (asked, ...rest) => {
      const named = asked as { readonly fleet: FleetId };
      return method(fleets.has(named.fleet) ? named : { ...named, fleet: absent }, ...rest);
    };
  };
}

/** Asks for nothing where an id leads to another fleet. */
function hide(reads: Reads, fleets: ReadonlySet<FleetId>): Guard {
  const [find, named] = [finder(reads), hideNamed(fleets)];
  return (method, how) => {
    if (!isLead(how)) return named(method, how);
    return async (id, ...rest) => method(fleets.has((await find[how](id as never)) ?? absent) ? id : nowhere, ...rest);
  };
}

/** Refuses to write what is of another fleet: whoever gets here did not look first. */
function refuse(tx: Writes, scope: Scope, fleets: ReadonlySet<FleetId>): Guard {
  const find = finder(tx);
  const fleetOf = (how: string, asked: unknown) => {
    if (isLead(how)) return find[how](asked as never);
    if (how === 'of-fleet') return (asked as { readonly fleet: FleetId }).fleet;
    return how === 'of-rollout' ? find.rollout((asked as { readonly rollout: never }).rollout) : undefined;
  };
  return (method, how) =>
    async (...asked) => {
      if (fleets.has((await fleetOf(how, asked[0])) ?? absent)) return method(...asked);
      throw ofWholeTenant(scope);
    };
}

type Find = { readonly [L in Lead]: (id: never) => Promise<FleetId | undefined> };

function isLead(how: string): how is Lead {
  return ['fleet', 'rollout', 'release', 'device', 'deployment', 'check'].includes(how);
}

/** Which fleet an id leads to. */
function finder(reads: Reads): Find {
  return {
    fleet: async (id: FleetId) => id,
    rollout: async (id) => (await reads.rollout(id))?.fleet,
    release: async (id) => (await reads.release(id))?.fleet,
    device: async (id) => (await reads.device(id))?.fleet,
    deployment: async (id) => (await reads.deployment(id))?.fleet,
    check: async (id) => (await reads.releaseCheck(id))?.fleet,
  };
}
