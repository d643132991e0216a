import type { Page, PageRequest } from '@fettle/control';
import {
  type Deployment,
  type DeploymentId,
  type DeviceId,
  type FleetId,
  type Instant,
  limits,
  type Report,
  type RolloutId,
  type TenantId,
} from '@fettle/model';
import type { ReadPlace, WritePlace } from './methods.ts';
import { afterEveryId, demandChanged, pageOf, rowsFor } from './paging.ts';
import { query } from './query.ts';
import type { DeploymentRow, ReportRow } from './schema.ts';

const columns = [
  'tenant',
  'id',
  'fleet',
  'device',
  'rollout',
  'release',
  'phase',
  'attempt',
  'status',
  'error',
  'created_at',
  'changed_at',
  'deadline_at',
  'last_sequence',
  'counter_before',
  'site',
  'pair',
] as const;
const reportColumns = [
  'tenant',
  'deployment',
  'sequence',
  'status',
  'device_time',
  'error',
  'detail',
  'received_at',
] as const;
type ReportKey = Pick<ReportRow, 'tenant' | 'deployment' | 'sequence'>;
type PagePart = { tenant: TenantId; before: DeploymentId; rows: number };

const oneDeployment = query<Pick<DeploymentRow, 'tenant' | 'id'>, DeploymentRow>((db, slot) =>
  db.selectFrom('deployments').select(columns).where('tenant', '=', slot('tenant')).where('id', '=', slot('id')),
);
const deploymentsOfDevice = query<PagePart & { device: DeviceId }, DeploymentRow>((db, slot) =>
  db
    .selectFrom('deployments')
    .select(columns)
    .where('tenant', '=', slot('tenant'))
    .where('device', '=', slot('device'))
    .where('id', '<', slot('before'))
    .orderBy('id', 'desc')
    .limit(slot('rows')),
);
const deploymentsOfRollout = query<PagePart & { rollout: RolloutId }, DeploymentRow>((db, slot) =>
  db
    .selectFrom('deployments')
    .select(columns)
    .where('tenant', '=', slot('tenant'))
    .where('rollout', '=', slot('rollout'))
    .where('id', '<', slot('before'))
    .orderBy('id', 'desc')
    .limit(slot('rows')),
);
const overdueDeployments = query<{ tenant: TenantId; now: Instant; rows: number }, DeploymentRow>((db, slot) =>
  db
    .selectFrom('deployments')
    .select(columns)
    .where('tenant', '=', slot('tenant'))
    .where('deadline_at', 'is not', null)
    .where('deadline_at', '<=', slot('now'))
    .orderBy('deadline_at')
    .orderBy('id')
    .limit(slot('rows')),
);
type OpenPart = { tenant: TenantId; fleet: FleetId; place: string; except: DeviceId };
const openAtSite = query<OpenPart, { open: number }>((db, slot) =>
  db
    .selectFrom('deployments')
    .select((row) => row.fn.countAll<number>().as('open'))
    .where('tenant', '=', slot('tenant'))
    .where('fleet', '=', slot('fleet'))
    .where('site', '=', slot('place'))
    .where('deadline_at', 'is not', null)
    .where('device', '<>', slot('except')),
);
const openOfPair = query<OpenPart, { open: number }>((db, slot) =>
  db
    .selectFrom('deployments')
    .select((row) => row.fn.countAll<number>().as('open'))
    .where('tenant', '=', slot('tenant'))
    .where('fleet', '=', slot('fleet'))
    .where('pair', '=', slot('place'))
    .where('deadline_at', 'is not', null)
    .where('device', '<>', slot('except')),
);
const countersBefore = query<Pick<DeploymentRow, 'tenant' | 'rollout'>, { counter: number }>((db, slot) =>
  db
    .selectFrom('deployments')
    .select('counter_before as counter')
    .distinct()
    .where('tenant', '=', slot('tenant'))
    .where('rollout', '=', slot('rollout'))
    .orderBy('counter_before', 'desc')
    .limit(limits.pageSize),
);
const insertDeployment = query<DeploymentRow>((db, slot) => db.insertInto('deployments').values(slot.all(columns)));
// Who, what and since when never change: their indexes stay untouched.
const updateDeployment = query<DeploymentRow>((db, slot) =>
  db
    .updateTable('deployments')
    .set(slot.all(['phase', 'attempt', 'status', 'error', 'changed_at', 'deadline_at', 'last_sequence']))
    .where('tenant', '=', slot('tenant'))
    .where('id', '=', slot('id')),
);

const reportsOfDeployment = query<Pick<ReportRow, 'tenant' | 'deployment'>, ReportRow>((db, slot) =>
  db
    .selectFrom('reports')
    .select(reportColumns)
    .where('tenant', '=', slot('tenant'))
    .where('deployment', '=', slot('deployment'))
    .orderBy('sequence')
    .limit(limits.reportsPerDeployment),
);
const oneReport = query<ReportKey, Pick<ReportRow, 'sequence'>>((db, slot) =>
  db
    .selectFrom('reports')
    .select('sequence')
    .where('tenant', '=', slot('tenant'))
    .where('deployment', '=', slot('deployment'))
    .where('sequence', '=', slot('sequence')),
);
const countReports = query<Pick<ReportRow, 'tenant' | 'deployment'>, { reports: number }>((db, slot) =>
  db
    .selectFrom('reports')
    .select((row) => row.fn.countAll<number>().as('reports'))
    .where('tenant', '=', slot('tenant'))
    .where('deployment', '=', slot('deployment')),
);
const insertReport = query<ReportRow>((db, slot) => db.insertInto('reports').values(slot.all(reportColumns)));

export const deploymentReads = {
  async deployment({ connection, tenant }: ReadPlace, id: DeploymentId): Promise<Deployment | undefined> {
    const row = await oneDeployment.first(connection, { tenant, id });
    return row && toDeployment(row);
  },
  async deploymentsOfDevice(
    { connection, tenant }: ReadPlace,
    device: DeviceId,
    page: PageRequest,
  ): Promise<Page<Deployment>> {
    const rows = rowsFor(page);
    const before = (page.after ?? afterEveryId) as DeploymentId;
    const found = await deploymentsOfDevice.all(connection, { tenant, device, before, rows });
    return pageOf(found, rows, { item: toDeployment, key: (row) => row.id });
  },
  async deploymentsOfRollout(
    { connection, tenant }: ReadPlace,
    rollout: RolloutId,
    page: PageRequest,
  ): Promise<Page<Deployment>> {
    const rows = rowsFor(page);
    const before = (page.after ?? afterEveryId) as DeploymentId;
    const found = await deploymentsOfRollout.all(connection, { tenant, rollout, before, rows });
    return pageOf(found, rows, { item: toDeployment, key: (row) => row.id });
  },
  async countersBefore({ connection, tenant }: ReadPlace, rollout: RolloutId): Promise<readonly number[]> {
    return (await countersBefore.all(connection, { tenant, rollout })).map((row) => row.counter);
  },
  async countOpenAt(
    { connection, tenant }: ReadPlace,
    fleet: FleetId,
    ...[place, except]: readonly [{ readonly site: string } | { readonly pair: string }, DeviceId]
  ): Promise<number> {
    const [counted, name] = 'site' in place ? [openAtSite, place.site] : [openOfPair, place.pair];
    return (await counted.first(connection, { tenant, fleet, place: name, except }))?.open ?? 0;
  },
  async overdueDeployments(
    { connection, tenant }: ReadPlace,
    now: Instant,
    limit: number,
  ): Promise<readonly Deployment[]> {
    return (await overdueDeployments.all(connection, { tenant, now, rows: limit })).map(toDeployment);
  },
  async reports(
    { connection, tenant }: ReadPlace,
    deployment: DeploymentId,
  ): Promise<readonly (Report & { readonly receivedAt: Instant })[]> {
    return (await reportsOfDeployment.all(connection, { tenant, deployment })).map(toReport);
  },
};

export const deploymentWrites = {
  async insertDeployment({ connection, tenant }: WritePlace, deployment: Deployment): Promise<void> {
    await insertDeployment.run(connection, fromDeployment(tenant, deployment));
  },
  async updateDeployment({ connection, tenant }: WritePlace, deployment: Deployment): Promise<void> {
    const changed = await updateDeployment.run(connection, fromDeployment(tenant, deployment));
    demandChanged(changed, 'deployment', deployment.id);
  },
  /** Over the limit a report is not kept, but it is new all the same: the status may still change. */
  async insertReport({ connection, tenant }: WritePlace, report: Report, receivedAt: Instant): Promise<boolean> {
    const { deployment, sequence } = report;
    // Together: where the database is far away each way there and back is what a report costs.
    const [known, kept] = await Promise.all([
      oneReport.first(connection, { tenant, deployment, sequence }),
      countReports.first(connection, { tenant, deployment }),
    ]);
    if (known) return false;
    if (kept && kept.reports >= limits.reportsPerDeployment) return true;
    await insertReport.run(connection, {
      tenant,
      deployment,
      sequence,
      status: report.status,
      device_time: report.deviceTime,
      error: report.error && JSON.stringify(report.error),
      detail: report.detail,
      received_at: receivedAt,
    });
    return true;
  },
};

function fromDeployment(tenant: TenantId, deployment: Deployment): DeploymentRow {
  return {
    tenant,
    id: deployment.id,
    fleet: deployment.fleet,
    device: deployment.device,
    rollout: deployment.rollout,
    release: deployment.release,
    phase: deployment.phase,
    attempt: deployment.attempt,
    status: deployment.status,
    error: deployment.error && JSON.stringify(deployment.error),
    created_at: deployment.createdAt,
    changed_at: deployment.changedAt,
    deadline_at: deployment.deadlineAt,
    last_sequence: deployment.lastSequence,
    counter_before: deployment.counterBefore,
    site: deployment.site,
    pair: deployment.pair,
  };
}

function toDeployment(row: DeploymentRow): Deployment {
  return {
    id: row.id,
    fleet: row.fleet,
    device: row.device,
    rollout: row.rollout,
    release: row.release,
    phase: row.phase,
    attempt: row.attempt,
    status: row.status,
    error: row.error === null ? null : JSON.parse(row.error),
    createdAt: row.created_at,
    changedAt: row.changed_at,
    deadlineAt: row.deadline_at,
    lastSequence: row.last_sequence,
    counterBefore: row.counter_before,
    site: row.site,
    pair: row.pair,
  };
}

function toReport(row: ReportRow): Report & { readonly receivedAt: Instant } {
  return {
    deployment: row.deployment,
    sequence: row.sequence,
    status: row.status,
    deviceTime: row.device_time,
    error: row.error === null ? null : JSON.parse(row.error),
    detail: row.detail,
    receivedAt: row.received_at,
  };
}
