import { FettleError, type Instant, type Repository } from '@fettle/model';
import type { RoleKeys, RootMetadata, TimeAuthority, TufKey } from '@fettle/trust';

/** Keys of a role, and how many of them have to sign. */
export interface Holders {
  readonly keys: readonly TufKey[];
  readonly threshold: number;
}

/** The online keys of one repository, by role; the image repository has no online targets. */
export interface OnlineHolders {
  readonly targets: TufKey | undefined;
  readonly snapshot: TufKey;
  readonly timestamp: TufKey;
  readonly time: TufKey | undefined;
}

/** What a root says, taken apart so that one part can be changed. */
export interface RootPlan {
  readonly repository: Repository;
  readonly officers: Holders;
  /** Those who sign the top-level targets: people in the image repository, the signer in the director. */
  readonly targets: Holders;
  readonly snapshot: Holders;
  readonly timestamp: Holders;
  readonly time: TimeAuthority | undefined;
}

const dayMs = 86_400_000;

/** An expiry so many days ahead, in whole seconds as metadata has it. */
export function inDays(now: Instant, days: number): Instant {
  return Math.floor((now + days * dayMs) / 1_000) * 1_000;
}

/** The plan of a repository that begins. */
export function firstPlan(
  repository: Repository,
  people: { readonly officers: Holders; readonly targets: Holders },
  online: OnlineHolders,
): RootPlan {
  const { officers, targets } = people;
  return withOnline({ repository, officers, targets, snapshot: nobody, timestamp: nobody, time: undefined }, online);
}

const nobody: Holders = { keys: [], threshold: 1 };

/** The plan that a root follows. */
export function planOf(repository: Repository, { roles, keys, time }: RootMetadata): RootPlan {
  const holders = (role: RoleKeys): Holders => ({
    keys: role.keyids.flatMap((keyid) => keys.get(keyid) ?? []),
    threshold: role.threshold,
  });
  return {
    repository,
    officers: holders(roles.root),
    targets: holders(roles.targets),
    snapshot: holders(roles.snapshot),
    timestamp: holders(roles.timestamp),
    time,
  };
}

/** The plan with the online keys that the signer has now. */
export function withOnline(plan: RootPlan, online: OnlineHolders): RootPlan {
  const one = (key: TufKey): Holders => ({ keys: [key], threshold: 1 });
  return {
    ...plan,
    ...(online.targets ? { targets: one(online.targets) } : {}),
    snapshot: one(online.snapshot),
    timestamp: one(online.timestamp),
    time: online.time ? { keys: [online.time], floor: undefined } : undefined,
  };
}

/** A role without some keys and with others; the threshold stays unless another one is named. */
export function changeHolders(
  { keys, threshold }: Holders,
  change: {
    readonly add: readonly TufKey[];
    readonly remove: ReadonlySet<string>;
    readonly threshold?: number | undefined;
  },
): Holders {
  const kept = keys.filter(({ keyid }) => !change.remove.has(keyid));
  const added = change.add.filter(({ keyid }) => !kept.some((key) => key.keyid === keyid));
  return { keys: [...kept, ...added], threshold: change.threshold ?? threshold };
}

/** The root that says a plan. */
export function rootOf(
  plan: RootPlan,
  { version, expiresAt }: { readonly version: number; readonly expiresAt: Instant },
) {
  const roles = { root: plan.officers, targets: plan.targets, snapshot: plan.snapshot, timestamp: plan.timestamp };
  const all = Object.values(roles).flatMap(({ keys }) => keys);
  const named = (role: keyof typeof roles): RoleKeys => {
    const { keys, threshold } = roles[role];
    demandReachable(role, roles[role]);
    return { keyids: keys.map(({ keyid }) => keyid), threshold };
  };
  const root: RootMetadata = {
    type: 'root',
    version,
    expiresAt,
    unknown: {},
    keys: new Map(all.map((key) => [key.keyid, key])),
    roles: {
      root: named('root'),
      targets: named('targets'),
      snapshot: named('snapshot'),
      timestamp: named('timestamp'),
    },
    time: plan.time,
  };
  return root;
}

/** @throws FettleError `invalid-input` when a role has fewer keys than must sign */
export function demandReachable(role: string, { keys, threshold }: Holders): void {
  if (threshold >= 1 && keys.length >= threshold) return;
  const message = `Expected ${Math.max(threshold, 1)} keys or more for ${role}, as many as have to sign, found ${keys.length}.`;
  throw new FettleError('invalid-input', message, { details: { next: 'the same command with --add PUBLIC-KEY-FILE' } });
}
