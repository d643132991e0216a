import type { FleetId, RolloutId, TenantId } from '@fettle/model';
import { serverScope } from '../access/scope.ts';
import type { Clock, Reads, Store } from '../ports.ts';
import type { DecisionContext, RolloutContext } from './context.ts';
import { loadContext, loadCounts } from './load-context.ts';

/** A context with the number of its structure: everything in it but counts. No two structures share a number. */
export interface CachedContext extends DecisionContext {
  readonly structure: number;
}

/**
 * What decisions of a fleet need, kept in memory between changes. Structure and counts change apart: counts with every
 * device that starts or ends, and they are read again for those rollouts alone; structure when a person or a gate acts.
 */
export interface ContextCache {
  get(tenant: TenantId, fleet: FleetId): Promise<CachedContext>;
  /** The cached context, or undefined when something of it has to be read. */
  peek(tenant: TenantId, fleet: FleetId): CachedContext | undefined;
  /** After a commit that changed anything of a fleet but counts. */
  structureChanged(tenant: TenantId, fleet: FleetId): void;
  /** After a commit that changed how many devices of these rollouts are where. */
  countsChanged(tenant: TenantId, fleet: FleetId, rollouts: Iterable<RolloutId>): void;
  /** After changes of which nobody knows what they were. */
  forgetAll(): void;
  /** The fleet's check-in interval, if this structure is still the fleet's; undefined when it is not. */
  intervalOf(structure: number): number | undefined;
}

interface Entry {
  /** Raised with each change of structure: what began to be read before it is not kept. */
  generation: number;
  context: CachedContext | undefined;
  /** Rollouts whose counts changed since they were read. */
  readonly stale: Set<RolloutId>;
  reading: Promise<CachedContext> | undefined;
}

export function createContextCache(store: Store, clock: Pick<Clock, 'now'>): ContextCache {
  const entries = new Map<string, Entry>();
  const intervals = new Map<number, number>();
  let lastStructure = 0;

  const entryOf = (tenant: TenantId, fleet: FleetId): Entry => {
    const key = keyOf(tenant, fleet);
    let entry = entries.get(key);
    if (!entry) {
      entry = { generation: 0, context: undefined, stale: new Set(), reading: undefined };
      entries.set(key, entry);
    }
    return entry;
  };
  const forget = (entry: Entry): void => {
    entry.generation++;
    if (entry.context) intervals.delete(entry.context.structure);
    entry.context = undefined;
    entry.stale.clear();
  };
  const usable = (entry: Entry): CachedContext | undefined => {
    return entry.reading || entry.stale.size > 0 ? undefined : entry.context;
  };

  /** Reads what is missing; keeps it unless the fleet changed meanwhile. */
  const read = async (entry: Entry, reads: Reads, fleet: FleetId): Promise<CachedContext> => {
    const { generation, context } = entry;
    const stale = new Set(entry.stale);
    const now = clock.now();
    entry.stale.clear();
    try {
      const found = context
        ? { ...context, rollouts: await withCounts(context.rollouts, stale, reads, now) }
        : { ...(await loadContext(reads, fleet, now)), structure: ++lastStructure };
      // Somebody changed the fleet while it was being read: good for this caller, too old to keep.
      if (entry.generation !== generation) return found;
      entry.context = found;
      intervals.set(found.structure, found.fleet.checkInIntervalMs);
      return found;
    } catch (error) {
      if (entry.generation === generation) for (const id of stale) entry.stale.add(id);
      throw error;
    }
  };

  return {
    async get(tenant, fleet) {
      const entry = entryOf(tenant, fleet);
      // What began to be read before somebody asked may miss a change that they know of; what begins after it does not.
      await entry.reading?.catch(() => undefined);
      const found = usable(entry);
      if (found) return found;
      if (entry.reading) return entry.reading;
      const reading = read(entry, store.reads(serverScope(tenant)), fleet).finally(() => {
        entry.reading = undefined;
      });
      entry.reading = reading;
      return reading;
    },
    peek: (tenant, fleet) => {
      const entry = entries.get(keyOf(tenant, fleet));
      return entry && usable(entry);
    },
    structureChanged(tenant, fleet) {
      const entry = entries.get(keyOf(tenant, fleet));
      if (entry) forget(entry);
    },
    countsChanged(tenant, fleet, rollouts) {
      const entry = entries.get(keyOf(tenant, fleet));
      if (entry) for (const id of rollouts) entry.stale.add(id);
    },
    forgetAll() {
      for (const entry of entries.values()) forget(entry);
    },
    intervalOf: (structure) => intervals.get(structure),
  };
}

function keyOf(tenant: TenantId, fleet: FleetId): string {
  return `${tenant}/${fleet}`;
}

async function withCounts(
  rollouts: readonly RolloutContext[],
  wanted: ReadonlySet<RolloutId>,
  reads: Reads,
  now: number,
): Promise<readonly RolloutContext[]> {
  const fresh: RolloutContext[] = [];
  for (const one of rollouts) {
    fresh.push(wanted.has(one.rollout.id) ? { ...one, ...(await loadCounts(reads, one.rollout, now)) } : one);
  }
  return fresh;
}
