import type { Brand, Instant } from './brand.ts';
import { FettleError } from './errors.ts';
import { type FleetId, madeIdPattern, type RolloutId } from './ids.ts';

export type HoldId = Brand<string, 'HoldId'>;

const madeId = new RegExp(madeIdPattern);

/** @throws FettleError `invalid-id` */
export function holdId(text: string): HoldId {
  if (madeId.test(text)) return text as HoldId;
  throw new FettleError('invalid-id', `"${text.slice(0, 80)}" is not a hold id: it must match ${madeIdPattern}.`);
}

/** Keeps the devices that an expression selects from being offered anything, for a while and for a reason. */
export interface Hold {
  readonly id: HoldId;
  readonly fleet: FleetId;
  /** Null: whatever the rollout. */
  readonly rollout: RolloutId | null;
  /** Which devices, as an expression; never empty: who wants to hold every device pauses. */
  readonly expression: string;
  readonly reason: string;
  /** The actor who answers for it. */
  readonly heldBy: string;
  readonly createdAt: Instant;
  /** From here on it holds nobody. */
  readonly expiresAt: Instant;
}
