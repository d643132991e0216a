import { FettleError, type Hold, type Instant, type Rollout, type RolloutId } from '@fettle/model';
import { demand, type Scope } from '../../access/scope.ts';
import { digestOf } from '../../audit/digest-of.ts';
import { type Brain, fleetChanged } from '../../brain.ts';
import { resume } from '../advance.ts';
import { gatedOf } from '../gates/collect.ts';
import { forgiveGate } from '../gates/open-gate.ts';
import { writeHold } from './holds.ts';
import type { FoundSegment, StoredSearch } from './stored-search.ts';

export interface SegmentHold {
  /** Which answer of the search, counted from 1. */
  readonly segment: number;
  readonly reason: string;
  readonly until?: Instant | undefined;
}

/**
 * Holds the devices of a segment that was found and lets the rest of the rollout go on, in one transaction: nobody of the
 * segment is offered anything in between, and what its devices have under way is called off where that is still possible.
 * Failures seen so far, those of the segment among them, count no more.
 * @throws FettleError `not-found`, `wrong-state`
 */
export async function holdSegment(scope: Scope, brain: Brain, id: RolloutId, wish: SegmentHold): Promise<Hold> {
  demand(scope, 'rollout.write');
  const held = await brain.store.transact(scope, async (tx) => {
    const rollout = await tx.rollout(id);
    if (!rollout) throw new FettleError('not-found', `There is no rollout ${id}.`);
    requireHeldBack(rollout);
    const { expression } = chosenSegment(await tx.segmentSearch(id), wish.segment, id);
    const input = { ...wish, rollout: id, expression };
    const hold = await writeHold(tx, brain, { scope, fleet: rollout.fleet, input });
    const counts = await tx.rolloutCounts(id, rollout.phases.length);
    const statusReason = `Resumed without ${expression}: ${wish.reason}`;
    const next: Rollout = { ...resume(rollout, counts), statusReason, revision: rollout.revision + 1 };
    const gated = gatedOf(next);
    if (gated) await forgiveGate(tx, gated, brain.clock.now());
    if (!(await tx.updateRollout(next))) {
      throw new FettleError('wrong-state', 'The rollout changed meanwhile. Try again.');
    }
    await tx.appendAudit({
      verb: 'rollout.resumed',
      object: `rollout/${id}`,
      fleet: rollout.fleet,
      before: digestOf(rollout),
      after: digestOf(next),
      reason: statusReason,
    });
    return hold;
  });
  fleetChanged(brain, scope.tenant, held.fleet);
  return held;
}

function requireHeldBack(rollout: Rollout): void {
  if (rollout.status === 'paused') return;
  const next =
    rollout.status === 'aborted'
      ? 'Start a new rollout with the expression as its `exclude`.'
      : `Pause it first: fettle rollout pause ${rollout.id}`;
  throw new FettleError(
    'wrong-state',
    `Only a paused rollout can go on without a segment; it is ${rollout.status}. ${next}`,
  );
}

function chosenSegment(search: StoredSearch | undefined, number: number, id: RolloutId): FoundSegment {
  const found = search?.segments[number - 1];
  if (found) return found;
  const count = search?.segments.length ?? 0;
  const message =
    count === 0
      ? `Nothing was found that the failing devices of rollout ${id} share.`
      : `Expected a segment from 1 to ${count}, found ${number}.`;
  throw new FettleError('not-found', message, { details: { next: `fettle rollout segments ${id}` } });
}

/** What the failing devices of a rollout share, as far as that is known; undefined before a gate has failed. */
export async function rolloutSegments(scope: Scope, brain: Brain, id: RolloutId): Promise<StoredSearch | undefined> {
  demand(scope, 'fleet.read');
  const reads = brain.store.reads(scope);
  if (!(await reads.rollout(id))) throw new FettleError('not-found', `There is no rollout ${id}.`);
  return reads.segmentSearch(id);
}
