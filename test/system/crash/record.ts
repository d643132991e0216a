import type {
  AuditEventView,
  Client,
  DeploymentView,
  DeviceView,
  ReleaseView,
  ReportView,
  RolloutView,
} from '@fettle/api';
import { fleet } from './workshop.ts';

/** Everything that the server has on record about the fleet, as its management API tells it. */
export interface ServerRecord {
  readonly devices: ReadonlyMap<string, DeviceView>;
  readonly rollouts: ReadonlyMap<string, RolloutView>;
  readonly releases: ReadonlyMap<string, ReleaseView>;
  readonly deployments: ReadonlyMap<string, DeploymentView>;
  /** By deployment. */
  readonly reports: ReadonlyMap<string, readonly ReportView[]>;
  /** Oldest first. */
  readonly audit: readonly AuditEventView[];
}

const atOnce = 16;

export async function readRecord(client: Client): Promise<ServerRecord> {
  const limit = 500;
  const devices = await mapOf(client.all('listDevices', { fleet, limit }));
  const rollouts = await mapOf(client.all('listRollouts', { fleet, limit }));
  const releases = await mapOf(client.all('listReleases', { fleet, limit }));
  const deployments = new Map<string, DeploymentView>();
  for (const rollout of rollouts.keys()) {
    for await (const one of client.all('rolloutDeployments', { rollout, limit })) deployments.set(one.id, one);
  }
  const reports = new Map<string, readonly ReportView[]>();
  const left = [...deployments.keys()];
  const readSome = async () => {
    for (let id = left.pop(); id !== undefined; id = left.pop()) {
      reports.set(id, (await client.deploymentReports({ deployment: id })).items);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, readSome));
  const audit: AuditEventView[] = [];
  for await (const event of client.all('listAudit', { order: 'oldest', limit })) audit.push(event);
  return { devices, rollouts, releases, deployments, reports, audit };
}

async function mapOf<T extends { readonly id: string }>(rows: AsyncIterable<T>): Promise<Map<string, T>> {
  const map = new Map<string, T>();
  for await (const row of rows) map.set(row.id, row);
  return map;
}
