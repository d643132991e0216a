import type { GateEvent, GateState, GateWindow, Start, StoredSearch, StratumTotals } from '@fettle/control';
import {
  type Artifact,
  type Deployment,
  type DeploymentId,
  type Device,
  type DeviceId,
  type Digest,
  FettleError,
  type Fleet,
  type FleetId,
  type Group,
  type Hold,
  type HoldId,
  type Instant,
  type PhaseCounts,
  type Release,
  type ReleaseId,
  type Rollout,
  type RolloutId,
  type TenantId,
} from '@fettle/model';
import { LazyHeap } from './lazy-heap.ts';

/** When devices were last seen; how they are found by that is the business of whoever keeps it. */
export interface SeenTimes {
  of(device: DeviceId): Instant | null;
  note(device: DeviceId, at: Instant): void;
  /** Devices last seen after (a moment, a device) and up to another moment, in that order. */
  between(after: { lastSeenAt: Instant; device: DeviceId }, until: Instant, limit: number): DeviceId[];
}

export interface OpenWindows {
  /** By side and stratum. */
  readonly counts: Map<string, number>;
  /** In order of opening; those that were closed since are still among them. */
  readonly openings: GateWindow[];
}

/** Everything of one tenant, in maps. A change leaves a way to undo it. */
export class Tables {
  readonly tenants = new Set<TenantId>();
  readonly fleets = new Map<FleetId, Fleet>();
  readonly groups = new Map<string, Group>();
  readonly artifacts = new Map<Digest, Artifact>();
  readonly releases = new Map<ReleaseId, Release>();
  readonly rollouts = new Map<RolloutId, Rollout>();
  readonly counts = new Map<RolloutId, Map<number, PhaseCounts>>();
  readonly starts = new Map<RolloutId, Map<number, Start>>();
  /** The latest minute in which a rollout started anything. */
  readonly newestStart = new Map<RolloutId, number>();
  readonly holds = new Map<HoldId, Hold>();
  readonly searches = new Map<RolloutId, StoredSearch>();
  readonly devices = new Map<DeviceId, Device>();
  readonly deployments = new Map<DeploymentId, Deployment>();
  readonly deploymentsOf = new Map<RolloutId, DeploymentId[]>();
  /** Devices with a deployment open, by site and by pair. */
  readonly openAt = new Map<string, Set<DeploymentId>>();
  /** Sequence numbers of the reports of a deployment: few, so that a list is smaller than a set and as quick. */
  readonly reports = new Map<DeploymentId, number[]>();
  readonly gateStates = new Map<RolloutId, GateState>();
  readonly gateTotals = new Map<RolloutId, Map<string, StratumTotals>>();
  readonly gateWindows = new Map<RolloutId, Map<DeviceId, GateWindow>>();
  /** How many windows are open, and which were opened lately. */
  readonly openWindows = new Map<RolloutId, OpenWindows>();
  readonly gateEvents = new Map<RolloutId, GateEvent[]>();
  /** What gave evidence to a gate already: a device, and the metric of which it was. */
  readonly gateEventsSeen = new Map<RolloutId, Map<DeviceId, readonly string[]>>();
  readonly terms = new Map<string, number>();
  readonly overdue = new LazyHeap<DeploymentId>({
    isTrue: (id, at) => this.deployments.get(id)?.deadlineAt === at,
    keyOf: (id) => id,
  });
  readonly dueWindows = new LazyHeap<GateWindow>({
    isTrue: (window, at) => window.lookAt === at && this.gateWindows.get(window.rollout)?.get(window.device) === window,
    keyOf: ({ device }) => device,
  });
  readonly #undo: (() => void)[] = [];

  /** Sets an entry, or takes it away, so that it can be undone. */
  set<K, V>(map: Map<K, V>, key: K, value: V | undefined): void {
    const before = map.get(key);
    this.#undo.push(() => put(map, key, before));
    put(map, key, value);
  }

  /** The map of a map, made when it is not there. */
  within<K, L, V>(maps: Map<K, Map<L, V>>, key: K): Map<L, V> {
    let found = maps.get(key);
    if (!found) {
      found = new Map();
      maps.set(key, found);
    }
    return found;
  }

  /** A change that is not of one entry, with what takes it back. */
  did(undo: () => void): void {
    this.#undo.push(undo);
  }

  commit(): void {
    this.#undo.length = 0;
  }

  rollback(): void {
    for (let undo = this.#undo.pop(); undo; undo = this.#undo.pop()) undo();
  }
}

function put<K, V>(map: Map<K, V>, key: K, value: V | undefined): void {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}

/** Says that an object that was to be changed is not there. */
export function demandKnown(known: boolean, what: string, id: string): void {
  if (!known) throw new FettleError('not-found', `There is no ${what} ${id}.`, { details: { id } });
}
