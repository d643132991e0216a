import { FettleError, type Instant, type Rollout, type RolloutId } from '@fettle/model';
import type { Reads } from '../../ports.ts';

/** The rollout that is recorded, and the stretch of time. */
export interface Recorded {
  readonly rollout: Rollout;
  /** Rollouts that send its devices back. */
  readonly returns: ReadonlySet<RolloutId>;
  readonly from: Instant;
  readonly until: Instant;
  readonly checkInIntervalMs: number;
}

/** One check-in interval before its start every device has been heard of. */
export async function loadRecorded(reads: Reads, id: RolloutId, until: Instant): Promise<Recorded> {
  const rollout = await reads.rollout(id);
  if (!rollout) throw new FettleError('not-found', `There is no rollout ${id}.`);
  if (rollout.startedAt === null) {
    throw new FettleError('wrong-state', `Rollout ${id} is a draft: there is nothing to record before it starts.`);
  }
  const fleet = await reads.fleet(rollout.fleet);
  if (!fleet) throw new FettleError('internal', `Fleet ${rollout.fleet} of rollout ${id} is missing.`);
  const { checkInIntervalMs } = fleet;
  const returns = new Set((await reads.rolloutsReturning(id)).map((one) => one.id));
  return { rollout, returns, from: rollout.startedAt - checkInIntervalMs, until, checkInIntervalMs };
}

/** Whether a rollout is the recorded one or sends its devices back. */
export function isOf({ rollout, returns }: Recorded, id: RolloutId): boolean {
  return id === rollout.id || returns.has(id);
}
