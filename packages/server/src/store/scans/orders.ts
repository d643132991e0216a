import type { DeviceSearch, PageRequest, RunningSearch, Survey } from '@fettle/control';
import type { FleetId, TenantId } from '@fettle/model';
import { runningCounts, runningDevices, runningOnce, runningUnknown, silentDevices } from './running.ts';
import { countDevices, type SearchPlace, searchDevices } from './search.ts';
import { surveyDevices } from './survey.ts';

/** A long read as plain data: it may be done by another thread. */
export type ScanOrder = { readonly tenant: TenantId } & (
  | { readonly kind: 'devices'; readonly search: DeviceSearch & PageRequest }
  | { readonly kind: 'count'; readonly search: DeviceSearch }
  | { readonly kind: 'running-counts'; readonly search: RunningSearch }
  | { readonly kind: 'running-once'; readonly search: RunningSearch }
  | { readonly kind: 'running-devices'; readonly search: RunningSearch & PageRequest }
  | { readonly kind: 'running-unknown'; readonly fleet: FleetId }
  | { readonly kind: 'silent-devices'; readonly fleet: FleetId }
  | {
      readonly kind: 'survey';
      readonly survey: string;
      readonly of: Pick<DeviceSearch, 'fleet' | 'status'>;
      readonly order: unknown;
    }
);

/** Does a long read. @param survey finds a survey by its name */
export async function carryOut(
  place: SearchPlace,
  order: ScanOrder,
  survey: (name: string) => Survey<never, unknown>,
): Promise<unknown> {
  if (order.kind === 'devices') return searchDevices(place, order.search);
  if (order.kind === 'count') return countDevices(place, order.search);
  if (order.kind === 'running-counts') return runningCounts(place, order.search);
  if (order.kind === 'running-once') return runningOnce(place, order.search);
  if (order.kind === 'running-devices') return runningDevices(place, order.search);
  if (order.kind === 'running-unknown') return runningUnknown(place, order.fleet);
  if (order.kind === 'silent-devices') return silentDevices(place, order.fleet);
  const tally = survey(order.survey).begin(order.order as never);
  await surveyDevices(place, order.of, tally);
  return tally.result();
}
