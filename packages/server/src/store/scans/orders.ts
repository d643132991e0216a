import type { DeviceSearch, PageRequest, Survey } from '@fettle/control';
import type { TenantId } from '@fettle/model';
import { countDevices, type SearchPlace, searchDevices } from './search.ts';
import { surveyDevices } from './survey.ts';

/** A long read as plain data: it may be done by another thread. */
export type ScanOrder = { readonly tenant: TenantId } & (
  | { readonly kind: 'devices'; readonly search: DeviceSearch & PageRequest }
  | { readonly kind: 'count'; readonly search: DeviceSearch }
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
  const tally = survey(order.survey).begin(order.order as never);
  await surveyDevices(place, order.of, tally);
  return tally.result();
}
