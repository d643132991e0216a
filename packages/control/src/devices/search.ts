import type { Device, DeviceStatus, FleetId } from '@fettle/model';
import { demand, type Scope } from '../access/scope.ts';
import type { Brain } from '../brain.ts';
import { requireExpression } from '../expressions/require-expression.ts';
import type { DeviceSearch, Page, PageRequest } from '../ports.ts';

/** Which devices of a fleet somebody asks for. */
export interface DeviceChoice {
  readonly fleet: FleetId;
  readonly status?: DeviceStatus | undefined;
  /** An expression; empty for every device. */
  readonly filter?: string | undefined;
}

/** Devices of a fleet in order of their ids; with a filter they are looked for away from the thread that answers devices. */
export async function listDevices(
  scope: Scope,
  brain: Brain,
  asked: DeviceChoice & PageRequest,
): Promise<Page<Device>> {
  const { fleet, status, after, limit } = asked;
  const search = await searchOf(scope, brain, asked);
  if (search.expression.trim() === '') return brain.store.reads(scope).devices({ fleet, status, after, limit });
  return brain.store.scans(scope).devices({ ...search, after, limit });
}

/** How many devices of a fleet fit. */
export async function countChosen(scope: Scope, brain: Brain, asked: DeviceChoice): Promise<number> {
  const search = await searchOf(scope, brain, asked);
  if (search.expression.trim() !== '') return brain.store.scans(scope).countDevices(search);
  const counts = await brain.store.reads(scope).countDevices(asked.fleet);
  if (asked.status !== undefined) return counts[asked.status];
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** Who looks may name what no device has yet; a number compared with a text is refused all the same. */
async function searchOf(
  scope: Scope,
  brain: Brain,
  { fleet, status, filter = '' }: DeviceChoice,
): Promise<DeviceSearch> {
  demand(scope, 'fleet.read');
  const wanted = { text: filter, field: 'filter', allowUnknown: true };
  await requireExpression(brain.store.reads(scope), fleet, wanted);
  return { fleet, status, expression: filter, now: brain.clock.now() };
}
