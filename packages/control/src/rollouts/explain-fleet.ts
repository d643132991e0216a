import { FettleError, type FleetId } from '@fettle/model';
import { demand, type Scope } from '../access/scope.ts';
import type { Brain } from '../brain.ts';
import { requireFleet } from '../fleets/fleets.ts';
import { loadContext } from './load-context.ts';
import { causeSurvey, type FleetExplanation } from './tally-causes.ts';

/**
 * Explains what is behind a release in a whole fleet, every device by the decision that it would be given now. Sites
 * and pairs are left out of it, as they change from minute to minute: such a device counts as eligible.
 * Cost: one decision a device, away from devices that call; memory: one page.
 * @throws FettleError `not-found`
 */
export async function explainFleet(
  scope: Scope,
  brain: Brain,
  fleet: FleetId,
  version: string,
): Promise<FleetExplanation> {
  demand(scope, 'fleet.read');
  const reads = brain.store.reads(scope);
  await requireFleet(reads, fleet);
  const release = await reads.releaseByVersion(fleet, version);
  if (!release) throw new FettleError('not-found', `Fleet ${fleet} has no release ${version}.`);
  const now = brain.clock.now();
  const context = await loadContext(reads, fleet, now);
  return brain.store.scans(scope).survey(causeSurvey, { fleet }, { release, context, now });
}
