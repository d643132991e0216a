import type { Reads, Store, Writes } from '@fettle/control';
import type { Deployment, DeploymentId, Device, Fleet, PhaseCounts, Release, Rollout, RolloutId } from '@fettle/model';
import type { Invariant } from '../../../packages/simulator/src/world/index.ts';

/** A way in which a server could be wrong, made by lying to a right one, and what it must be found out by. */
export interface Breakage {
  readonly what: string;
  readonly breaks: readonly Invariant[];
  /** A world that showed it when this was written: looked at first. */
  readonly shownBy: number;
  disguise(store: Store): Store;
}

type Lies<T> = { readonly [K in keyof T]?: T[K] };

/** A store that lies when it is read, outside and inside of transactions, and swallows what is written. */
function lying(
  store: Store,
  lies: { reads?: (reads: Reads) => Lies<Reads>; writes?: (tx: Writes) => Lies<Writes> },
): Store {
  const disguise = <T extends Reads>(true_: T, more: Lies<T> = {}): T => {
    const told = { ...lies.reads?.(true_), ...more };
    return Object.create(true_, Object.getOwnPropertyDescriptors(told)) as T;
  };
  return {
    reads: (scope) => disguise(store.reads(scope)),
    scans: (scope) => store.scans(scope),
    transact: (scope, work) => store.transact(scope, (tx) => work(disguise(tx, lies.writes?.(tx)))),
    seen: (scope, device, at) => store.seen(scope, device, at),
    operatorTokenByHash: (hash) => store.operatorTokenByHash(hash),
    tenants: () => store.tenants(),
    createTenant: (id, at) => store.createTenant(id, at),
    secret: () => store.secret(),
  };
}

/** A server that reads one kind of object wrongly, wherever it comes from. */
function misreading(changes: {
  rollout?: (rollout: Rollout) => Rollout;
  release?: (release: Release) => Release;
  fleet?: (fleet: Fleet) => Fleet;
  device?: (device: Device) => Device;
}): Breakage['disguise'] {
  const {
    rollout: ofRollout = same,
    release: ofRelease = same,
    fleet: ofFleet = same,
    device: ofDevice = same,
  } = changes;
  return (store) =>
    lying(store, {
      reads: (reads) => ({
        rollout: async (id) => maybe(await reads.rollout(id), ofRollout),
        rollouts: async (fleet, page) => {
          const { items, next } = await reads.rollouts(fleet, page);
          return { items: items.map(ofRollout), next };
        },
        release: async (id) => maybe(await reads.release(id), ofRelease),
        fleet: async (id) => maybe(await reads.fleet(id), ofFleet),
        device: async (id) => maybe(await reads.device(id), ofDevice),
      }),
    });
}

const same = <T>(value: T): T => value;
const maybe = <T>(value: T | undefined, change: (value: T) => T): T | undefined => value && change(value);

/** A cache that never forgets. */
function remembered<K, V>(read: (key: K) => Promise<V>, kept: Map<K, V>): (key: K) => Promise<V> {
  return async (key) => {
    const known = kept.get(key);
    if (known !== undefined) return known;
    const found = await read(key);
    kept.set(key, found);
    return found;
  };
}

export const breakages: readonly Breakage[] = [
  {
    what: 'decides on counts that it read once',
    breaks: ['in-flight', 'unproven', 'phase-count'],
    shownBy: 28,
    disguise(store) {
      const kept = new Map<RolloutId, readonly PhaseCounts[]>();
      return lying(store, {
        writes: (tx) => ({
          rolloutCounts: (id, phases) => remembered((one: RolloutId) => tx.rolloutCounts(one, phases), kept)(id),
        }),
      });
    },
  },
  {
    what: 'never hears that a rollout was stopped',
    breaks: ['stopped', 'offer-after-abort'],
    shownBy: 4,
    disguise: misreading({
      rollout: (rollout) =>
        rollout.status === 'paused' || rollout.status === 'aborted' ? { ...rollout, status: 'running' } : rollout,
    }),
  },
  {
    what: 'never hears that a release was revoked',
    breaks: ['stopped'],
    shownBy: 45,
    disguise: misreading({ release: (release) => ({ ...release, status: 'published' }) }),
  },
  {
    what: 'is blind to what goes on around a device',
    breaks: ['site', 'pair'],
    shownBy: 1,
    disguise: (store) => lying(store, { writes: () => ({ countOpenAt: async () => 0 }) }),
  },
  {
    what: 'takes every hardware revision for the right one',
    breaks: ['wrong-type'],
    shownBy: 3,
    disguise: misreading({
      release: (release) => ({ ...release, artifacts: release.artifacts.map((one) => ({ ...one, hardware: [] })) }),
    }),
  },
  {
    what: 'loses every seventh change of the counts',
    breaks: ['counts', 'in-flight', 'unproven'],
    shownBy: 3,
    disguise(store) {
      let changes = 0;
      return lying(store, {
        writes: (tx) => ({
          addCounts: async (id, phase, delta) => (++changes % 7 === 0 ? undefined : tx.addCounts(id, phase, delta)),
        }),
      });
    },
  },
  {
    what: 'never ends what is overdue',
    breaks: ['stuck'],
    shownBy: 1,
    disguise: (store) => lying(store, { reads: () => ({ overdueDeployments: async () => [] }) }),
  },
  {
    what: 'forgets the security floor',
    breaks: ['floor'],
    shownBy: 9,
    disguise: misreading({ fleet: (fleet) => ({ ...fleet, securityFloor: 0 }) }),
  },
  {
    what: 'knows neither windows nor freezes nor schedules',
    breaks: ['time'],
    shownBy: 0,
    disguise: misreading({
      fleet: (fleet) => ({ ...fleet, freezes: [] }),
      rollout: (rollout) => ({ ...rollout, policy: { ...rollout.policy, windows: [], startAt: null, endAt: null } }),
    }),
  },
  {
    what: 'forgets what a device has tried',
    breaks: ['attempts', 'truth', 'counts'],
    shownBy: 1,
    disguise: misreading({ device: (device) => ({ ...device, attempts: [] }) }),
  },
  {
    what: 'lets phases pass on successes that never were',
    breaks: ['phase-order'],
    shownBy: 0,
    disguise: (store) =>
      lying(store, {
        reads: (reads) => ({
          rolloutCounts: async (id, phases) => {
            const counts = await reads.rolloutCounts(id, phases);
            return counts.map((one) => ({ ...one, succeeded: one.succeeded + 1_000, failed: 0 }));
          },
        }),
      }),
  },
  {
    what: 'takes an ended deployment for an open one',
    breaks: ['final'],
    shownBy: 11,
    disguise(store) {
      const open = (deployment: Deployment): Deployment => ({ ...deployment, status: 'offered', deadlineAt: 0 });
      return lying(store, {
        writes: (tx) => ({ deployment: async (id: DeploymentId) => maybe(await tx.deployment(id), open) }),
      });
    },
  },
  {
    what: 'acknowledges reports that it does not keep',
    breaks: ['truth', 'stuck'],
    shownBy: 1,
    disguise: (store) => lying(store, { writes: () => ({ insertReport: async () => false }) }),
  },
  {
    what: 'does not listen to what devices say of themselves',
    breaks: ['readiness'],
    shownBy: 3,
    disguise: misreading({
      rollout: (rollout) => ({
        ...rollout,
        policy: { ...rollout.policy, demands: { ...rollout.policy.demands, notInUse: false, minBatteryPercent: null } },
      }),
    }),
  },
  {
    what: 'takes everybody for a member of every group',
    breaks: ['membership'],
    shownBy: 3,
    disguise: (store) =>
      lying(store, {
        reads: (reads) => ({
          groups: async (fleet) => (await reads.groups(fleet)).map((group) => ({ ...group, filter: { text: '' } })),
        }),
      }),
  },
  {
    what: 'forgets how much it has sent',
    breaks: ['bytes-per-hour'],
    shownBy: 41,
    disguise: (store) => lying(store, { reads: () => ({ rolloutStarts: async () => [] }) }),
  },
  {
    what: 'forgets that a device has something under way',
    breaks: ['one-open', 'pair', 'counts', 'stuck'],
    shownBy: 1,
    disguise: misreading({ device: (device) => ({ ...device, openDeployment: null }) }),
  },
];
