import { FettleError, type Fleet, type FleetId, type FreezePeriod, limits } from '@fettle/model';
import { demand, type Scope } from '../access/scope.ts';
import { digestOf } from '../audit/digest-of.ts';
import { type Brain, fleetChanged } from '../brain.ts';
import { requireFleet } from './fleets.ts';

/**
 * Keeps a fleet from getting anything new for a time; the same name again moves it.
 * @throws FettleError `invalid-input`, `limit-reached`
 */
export function saveFreeze(scope: Scope, brain: Brain, id: FleetId, freeze: FreezePeriod): Promise<Fleet> {
  if (!(freeze.from < freeze.until)) {
    throw new FettleError('invalid-input', 'A freeze period must begin before it ends.');
  }
  return changeFreezes(scope, brain, id, `frozen: ${freeze.name}, ${freeze.reason}`, (freezes) => {
    const others = freezes.filter((other) => other.name !== freeze.name);
    if (others.length >= limits.freezesPerFleet) {
      throw new FettleError('limit-reached', `A fleet has at most ${limits.freezesPerFleet} freeze periods.`);
    }
    return [...others, freeze].sort((a, b) => a.from - b.from);
  });
}

/** @throws FettleError `not-found` when no freeze period has this name */
export function deleteFreeze(scope: Scope, brain: Brain, id: FleetId, name: string): Promise<Fleet> {
  return changeFreezes(scope, brain, id, `no longer frozen: ${name}`, (freezes) => {
    const others = freezes.filter((other) => other.name !== name);
    if (others.length < freezes.length) return others;
    throw new FettleError('not-found', `Fleet ${id} has no freeze period ${name}.`);
  });
}

async function changeFreezes(
  scope: Scope,
  brain: Brain,
  id: FleetId,
  ...[reason, change]: readonly [string, (freezes: readonly FreezePeriod[]) => readonly FreezePeriod[]]
): Promise<Fleet> {
  demand(scope, 'fleet.write');
  const changed = await brain.store.transact(scope, async (tx) => {
    const fleet = await requireFleet(tx, id);
    const next: Fleet = { ...fleet, freezes: change(fleet.freezes) };
    await tx.updateFleet(next);
    const digests = { before: digestOf(fleet), after: digestOf(next) };
    await tx.appendAudit({ verb: 'fleet.changed', object: `fleet/${id}`, fleet: id, ...digests, reason });
    return next;
  });
  fleetChanged(brain, scope.tenant, id);
  return changed;
}
