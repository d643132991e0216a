import {
  FettleError,
  type FleetId,
  type Hold,
  type HoldId,
  type Instant,
  limits,
  makeId,
  type RolloutId,
} from '@fettle/model';
import { demand, type Scope } from '../../access/scope.ts';
import { digestOf } from '../../audit/digest-of.ts';
import { type Brain, fleetChanged } from '../../brain.ts';
import { requireExpression } from '../../expressions/require-expression.ts';
import { requireFleet } from '../../fleets/fleets.ts';
import type { Clock, Randomness, Writes } from '../../ports.ts';

export interface NewHold {
  /** Null: whatever the rollout. */
  readonly rollout: RolloutId | null;
  readonly expression: string;
  readonly reason: string;
  /** When it ends; 30 days from now unless said otherwise. */
  readonly until?: Instant | undefined;
  /** Whether the expression may name what no device of the fleet has ever had. */
  readonly allowUnknown?: boolean | undefined;
}

const day = 24 * 3_600_000;
const usualHoldMs = 30 * day;
/** A hold that nobody renews within a year is forgotten, not meant. */
const longestHoldMs = 366 * day;

/**
 * Keeps devices from being offered anything; deployments under way go on.
 * @throws FettleError `invalid-input`, `limit-reached`
 */
export async function createHold(scope: Scope, brain: Brain, fleet: FleetId, input: NewHold): Promise<Hold> {
  demand(scope, 'rollout.write');
  const hold = await brain.store.transact(scope, async (tx) => {
    await requireFleet(tx, fleet);
    if (input.rollout !== null && (await tx.rollout(input.rollout))?.fleet !== fleet) {
      throw new FettleError('not-found', `Fleet ${fleet} has no rollout ${input.rollout}.`);
    }
    const { expression: text, allowUnknown } = input;
    await requireExpression(tx, fleet, { text, field: 'expression', allowUnknown });
    return writeHold(tx, brain, { scope, fleet, input });
  });
  fleetChanged(brain, scope.tenant, fleet);
  return hold;
}

/** Every hold of the fleet, those that have expired too as long as they are kept. */
export async function listHolds(scope: Scope, brain: Brain, fleet: FleetId): Promise<readonly Hold[]> {
  demand(scope, 'fleet.read');
  const reads = brain.store.reads(scope);
  await requireFleet(reads, fleet);
  return reads.holds(fleet);
}

/** Ends a hold before its time: its devices may be offered what waits for them. */
export async function liftHold(
  scope: Scope,
  brain: Brain,
  fleet: FleetId,
  lifting: { readonly hold: HoldId; readonly reason: string },
): Promise<void> {
  demand(scope, 'rollout.write');
  await brain.store.transact(scope, async (tx) => {
    const hold = (await tx.holds(fleet)).find((one) => one.id === lifting.hold);
    if (!hold) throw new FettleError('not-found', `Fleet ${fleet} has no hold ${lifting.hold}.`);
    await dropHold(tx, hold, lifting.reason);
  });
  fleetChanged(brain, scope.tenant, fleet);
}

/** Writes a hold whose expression was checked; the places of expired ones are free. */
export async function writeHold(
  tx: Writes,
  { clock, random }: { readonly clock: Clock; readonly random: Randomness },
  { scope, fleet, input }: { readonly scope: Scope; readonly fleet: FleetId; readonly input: NewHold },
): Promise<Hold> {
  const now = clock.now();
  const expiresAt = input.until ?? now + usualHoldMs;
  checkHold(input.expression, { now, expiresAt });
  let kept = 0;
  for (const known of await tx.holds(fleet)) {
    if (known.expiresAt <= now) await dropHold(tx, known, 'it had expired');
    else kept++;
  }
  if (kept >= limits.holdsPerFleet) {
    const message = `A fleet has at most ${limits.holdsPerFleet} holds. Lift one that is no longer needed.`;
    throw new FettleError('limit-reached', message, { details: { next: 'fettle rollout unhold HOLD' } });
  }
  const hold: Hold = {
    id: makeId('hld', now, random.bytes(10)) as HoldId,
    fleet,
    rollout: input.rollout,
    expression: input.expression,
    reason: input.reason,
    heldBy: scope.actor,
    createdAt: now,
    expiresAt,
  };
  await tx.insertHold(hold);
  const reason = `${hold.expression} until ${new Date(expiresAt).toISOString()}: ${hold.reason}`;
  await tx.appendAudit({ verb: 'rollout.held', ...about(hold), before: null, after: digestOf(hold), reason });
  return hold;
}

function checkHold(
  expression: string,
  { now, expiresAt }: { readonly now: Instant; readonly expiresAt: Instant },
): void {
  if (expression.trim() === '') {
    const message = 'Expected which devices to hold, found nothing. To hold every device, pause the rollout.';
    throw new FettleError('invalid-input', message, { details: { field: 'expression' } });
  }
  if (expiresAt > now && expiresAt <= now + longestHoldMs) return;
  const message = 'A hold ends in the future and within a year: it can be made again then.';
  throw new FettleError('invalid-input', message, { details: { field: 'until' } });
}

async function dropHold(tx: Writes, hold: Hold, reason: string): Promise<void> {
  await tx.deleteHold(hold.id);
  await tx.appendAudit({ verb: 'rollout.unheld', ...about(hold), before: digestOf(hold), after: null, reason });
}

function about({ id, fleet, rollout }: Hold) {
  return { object: rollout === null ? `hold/${id}` : `rollout/${rollout}`, fleet };
}
