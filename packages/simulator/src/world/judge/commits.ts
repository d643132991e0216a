import type { Store, Writes } from '@fettle/control';
import type {
  Deployment,
  Device,
  Fleet,
  FleetId,
  Group,
  GroupName,
  Hold,
  HoldId,
  NewAuditEvent,
  Release,
  Report,
  Rollout,
} from '@fettle/model';

/** One thing that a transaction wrote. */
export type Written =
  | { readonly kind: 'deployment-born' | 'deployment'; readonly deployment: Deployment }
  | { readonly kind: 'rollout'; readonly rollout: Rollout }
  | { readonly kind: 'release'; readonly release: Release }
  | { readonly kind: 'fleet'; readonly fleet: Fleet }
  | { readonly kind: 'group'; readonly group: Group }
  | { readonly kind: 'group-deleted'; readonly fleet: FleetId; readonly name: GroupName }
  | { readonly kind: 'hold'; readonly hold: Hold }
  | { readonly kind: 'hold-deleted'; readonly id: HoldId }
  | { readonly kind: 'device'; readonly device: Device }
  | { readonly kind: 'report'; readonly report: Report }
  | { readonly kind: 'audit'; readonly event: NewAuditEvent };

/** A transaction that was committed. */
export interface Commit {
  /** Who asked for it: `operator:NAME`, `device:ID`, `rollout:ID` or `server`. */
  readonly actor: string;
  readonly writes: readonly Written[];
}

/** The store, telling what every transaction wrote: after its commit, before its caller hears of it. */
export function watchCommits<S extends Store>(store: S, onCommit: (commit: Commit) => void): S {
  const transact: Store['transact'] = async (scope, work) => {
    const writes: Written[] = [];
    const result = await store.transact(scope, (tx) => work(watch(tx, writes)));
    if (writes.length > 0) onCommit({ actor: scope.actor, writes });
    return result;
  };
  return Object.assign(Object.create(store) as S, forwarded(store), { transact });
}

/** The methods of a store bound to it: it may keep private state that an heir cannot reach. */
function forwarded<S extends Store>(store: S): Partial<S> {
  const names = [
    'reads',
    'scans',
    'seen',
    'operatorTokenByHash',
    'tenants',
    'createTenant',
    'secret',
    'lead',
    'flushSeen',
    'close',
  ] as const;
  const bound: Record<string, unknown> = {};
  for (const name of names) {
    const method: unknown = Reflect.get(store, name);
    if (typeof method === 'function') bound[name] = method.bind(store);
  }
  return bound as Partial<S>;
}

type Watched =
  | 'insertDeployment'
  | 'updateDeployment'
  | 'insertRollout'
  | 'updateRollout'
  | 'insertRelease'
  | 'updateRelease'
  | 'insertFleet'
  | 'updateFleet'
  | 'saveGroup'
  | 'deleteGroup'
  | 'insertHold'
  | 'deleteHold'
  | 'insertDevice'
  | 'updateDevice'
  | 'insertReport'
  | 'appendAudit';

function watch(tx: Writes, writes: Written[]): Writes {
  const after = async <T>(written: Written, done: Promise<T>): Promise<T> => {
    const result = await done;
    // Both kinds that answer at all say `false` when nothing was written.
    if (result !== false) writes.push(written);
    return result;
  };
  const watched: Pick<Writes, Watched> = {
    insertDeployment: (deployment) => after({ kind: 'deployment-born', deployment }, tx.insertDeployment(deployment)),
    updateDeployment: (deployment) => after({ kind: 'deployment', deployment }, tx.updateDeployment(deployment)),
    insertRollout: (rollout) => after({ kind: 'rollout', rollout }, tx.insertRollout(rollout)),
    updateRollout: (rollout) => after({ kind: 'rollout', rollout }, tx.updateRollout(rollout)),
    insertRelease: (release) => after({ kind: 'release', release }, tx.insertRelease(release)),
    updateRelease: (release) => after({ kind: 'release', release }, tx.updateRelease(release)),
    insertFleet: (fleet) => after({ kind: 'fleet', fleet }, tx.insertFleet(fleet)),
    updateFleet: (fleet) => after({ kind: 'fleet', fleet }, tx.updateFleet(fleet)),
    saveGroup: (group) => after({ kind: 'group', group }, tx.saveGroup(group)),
    deleteGroup: (fleet, name) => after({ kind: 'group-deleted', fleet, name }, tx.deleteGroup(fleet, name)),
    insertHold: (hold) => after({ kind: 'hold', hold }, tx.insertHold(hold)),
    deleteHold: (id) => after({ kind: 'hold-deleted', id }, tx.deleteHold(id)),
    insertDevice: (device) => after({ kind: 'device', device }, tx.insertDevice(device)),
    updateDevice: (device) => after({ kind: 'device', device }, tx.updateDevice(device)),
    appendAudit: (event) => after({ kind: 'audit', event }, tx.appendAudit(event)),
    insertReport: (report, at) => after({ kind: 'report', report }, tx.insertReport(report, at)),
  };
  return Object.create(tx, Object.getOwnPropertyDescriptors(watched)) as Writes;
}
