import type { Writes } from '@fettle/control';
import { type Deployment, FettleError, limits, type NewAuditEvent, noCounts, type PhaseCounts } from '@fettle/model';
import { StoredDevice } from './stored-device.ts';
import { demandKnown, type SeenTimes, type Tables } from './tables.ts';

/** What brains write while they decide, judge and move rollouts on. */
export type MemoryWrites = Pick<
  Writes,
  | 'insertFleet'
  | 'updateFleet'
  | 'saveGroup'
  | 'deleteGroup'
  | 'insertArtifact'
  | 'insertRelease'
  | 'updateRelease'
  | 'insertRollout'
  | 'updateRollout'
  | 'addCounts'
  | 'addStart'
  | 'insertHold'
  | 'deleteHold'
  | 'saveSegmentSearch'
  | 'insertDevice'
  | 'updateDevice'
  | 'deleteDevice'
  | 'insertDeployment'
  | 'updateDeployment'
  | 'insertReport'
  | 'appendAudit'
  | 'demandTerm'
>;

/** @param audit takes what would go into the audit log */
export function memoryWrites(tables: Tables, seen: SeenTimes, audit: (event: NewAuditEvent) => void): MemoryWrites {
  return {
    ...fleetWrites(tables),
    ...rolloutWrites(tables),
    ...deploymentWrites(tables),
    insertDevice: async (device) => tables.set(tables.devices, device.id, new StoredDevice(device, seen)),
    updateDevice: async (device) => {
      demandKnown(tables.devices.has(device.id), 'device', device.id);
      tables.set(tables.devices, device.id, new StoredDevice(device, seen));
    },
    deleteDevice: async (id) => tables.set(tables.devices, id, undefined),
    appendAudit: async (event) => audit(event),
    demandTerm: async (duty, term) => {
      if (tables.terms.get(duty) === term) return;
      throw new FettleError('wrong-state', `Another process has the duty "${duty}".`, { details: { duty, term } });
    },
  };
}

function fleetWrites(tables: Tables) {
  return {
    insertFleet: async (fleet) => tables.set(tables.fleets, fleet.id, fleet),
    updateFleet: async (fleet) => tables.set(tables.fleets, fleet.id, fleet),
    saveGroup: async (group) => tables.set(tables.groups, `${group.fleet}/${group.name}`, group),
    deleteGroup: async (fleet, name) => tables.set(tables.groups, `${fleet}/${name}`, undefined),
    insertArtifact: async (artifact) => tables.set(tables.artifacts, artifact.digest, artifact),
    insertRelease: async (release) => tables.set(tables.releases, release.id, release),
    updateRelease: async (release) => tables.set(tables.releases, release.id, release),
    insertHold: async (hold) => tables.set(tables.holds, hold.id, hold),
    deleteHold: async (id) => tables.set(tables.holds, id, undefined),
  } satisfies Partial<MemoryWrites>;
}

function rolloutWrites(tables: Tables) {
  return {
    insertRollout: async (rollout) => tables.set(tables.rollouts, rollout.id, rollout),
    updateRollout: async (rollout) => {
      if (tables.rollouts.get(rollout.id)?.revision !== rollout.revision - 1) return false;
      tables.set(tables.rollouts, rollout.id, rollout);
      return true;
    },
    addCounts: async (id, phase, delta) => {
      const counts = tables.within(tables.counts, id);
      tables.set(counts, phase, sum(counts.get(phase) ?? noCounts, delta));
    },
    addStart: async (id, start) => {
      const starts = tables.within(tables.starts, id);
      const { devices, bytes } = starts.get(start.minute) ?? { devices: 0, bytes: 0 };
      const added = { minute: start.minute, devices: devices + start.devices, bytes: bytes + start.bytes };
      tables.set(starts, start.minute, added);
      const newest = Math.max(start.minute, tables.newestStart.get(id) ?? 0);
      tables.set(tables.newestStart, id, newest);
    },
    saveSegmentSearch: async (search) => tables.set(tables.searches, search.rollout, search),
  } satisfies Partial<MemoryWrites>;
}

function deploymentWrites(tables: Tables) {
  const note = (deployment: Deployment, isOpen: boolean) => {
    for (const key of placesOf(deployment)) {
      let open = tables.openAt.get(key);
      if (!open) {
        open = new Set();
        tables.openAt.set(key, open);
      }
      if (open.has(deployment.id) === isOpen) continue;
      const set = open;
      tables.did(() => (isOpen ? set.delete(deployment.id) : set.add(deployment.id)));
      if (isOpen) set.add(deployment.id);
      else set.delete(deployment.id);
    }
    if (deployment.deadlineAt !== null) tables.overdue.add(deployment.deadlineAt, deployment.id);
  };
  return {
    insertDeployment: async (deployment) => {
      tables.set(tables.deployments, deployment.id, deployment);
      const ids = tables.deploymentsOf.get(deployment.rollout) ?? [];
      tables.deploymentsOf.set(deployment.rollout, ids);
      ids.push(deployment.id);
      tables.did(() => ids.pop());
      note(deployment, true);
    },
    updateDeployment: async (deployment) => {
      demandKnown(tables.deployments.has(deployment.id), 'deployment', deployment.id);
      tables.set(tables.deployments, deployment.id, deployment);
      note(deployment, deployment.deadlineAt !== null);
    },
    insertReport: async ({ deployment, sequence }) => {
      const known = tables.reports.get(deployment);
      if (known?.includes(sequence)) return false;
      if (known && known.length >= limits.reportsPerDeployment) return true;
      if (known) known.push(sequence);
      else tables.reports.set(deployment, [sequence]);
      tables.did(() => tables.reports.get(deployment)?.pop());
      return true;
    },
  } satisfies Partial<MemoryWrites>;
}

function* placesOf({ site, pair }: Deployment): Generator<string> {
  if (site !== null) yield `site ${site}`;
  if (pair !== null) yield `pair ${pair}`;
}

function sum(a: PhaseCounts, b: PhaseCounts): PhaseCounts {
  return {
    started: a.started + b.started,
    open: a.open + b.open,
    succeeded: a.succeeded + b.succeeded,
    failed: a.failed + b.failed,
    rolledBack: a.rolledBack + b.rolledBack,
    neutral: a.neutral + b.neutral,
    proven: a.proven + b.proven,
  };
}
