import type { DataSet, FleetId, ReleasePolicy } from '@fettle/model';
import type { Brain } from '../brain.ts';
import { countingData } from '../checks/data-sets.ts';
import { requireFleet } from '../fleets/fleets.ts';
import type { Reads } from '../ports.ts';
import type { NamedSets } from './vulnerability-lookup.ts';

/** The data that some fleets believe: those that name the same keys share them. */
export interface BelievedData {
  readonly sets: NamedSets;
  readonly has: (fleet: FleetId) => boolean;
}

const pageRows = 100;

/** @param fleet undefined: all fleets, in as many views as there are answers to whose data count */
export async function believedData(
  brain: Brain,
  reads: Reads,
  fleet: FleetId | undefined,
): Promise<readonly BelievedData[]> {
  const newestFirst = await reads.dataSets();
  if (fleet !== undefined) {
    const { releasePolicy } = await requireFleet(reads, fleet);
    return [{ sets: setsFor(releasePolicy, newestFirst), has: (one) => one === fleet }];
  }
  const asking = await fleetsThatAsk(brain, reads);
  const others: BelievedData = { sets: setsFor(undefined, newestFirst), has: (one) => !asking.has(one) };
  const demands = new Map([...asking.values()].map((demand) => [JSON.stringify(demand), demand]));
  const views = [...demands].map(([key, dataSets]) => ({
    sets: setsFor({ dataSets }, newestFirst),
    has: (one: FleetId) => JSON.stringify(asking.get(one)) === key,
  }));
  return [others, ...views];
}

/** Every set that any of the views believes. */
export function setsOfAll(views: readonly BelievedData[]): NamedSets {
  const sets = new Map(views.flatMap((view) => view.sets).map((set) => [set.digest, set]));
  return [...sets.values()];
}

type Demand = NonNullable<ReleasePolicy['dataSets']>;

async function fleetsThatAsk(brain: Brain, reads: Reads): Promise<ReadonlyMap<FleetId, Demand>> {
  const found = new Map<FleetId, Demand>();
  for (let after: string | undefined; ; ) {
    const { items, next } = await reads.fleets({ limit: pageRows, after });
    for (const { id, releasePolicy } of items) if (releasePolicy?.dataSets) found.set(id, releasePolicy.dataSets);
    if (next === null) return found;
    after = next;
    await brain.clock.turn();
  }
}

function setsFor(policy: Pick<ReleasePolicy, 'dataSets'> | undefined, newestFirst: readonly DataSet[]): NamedSets {
  return countingData(policy, newestFirst).sets.map(({ kind, digest }) => ({ kind, digest }));
}
