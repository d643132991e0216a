import { type Device, type Instant, noCounts, type RolloutId, said } from '@fettle/model';
import type { Writes } from '../../ports.ts';
import type { DecisionContext, RolloutContext } from '../context.ts';
import { isMember } from '../decide.ts';
import { placeOf } from '../predicates/place.ts';
import { collectFailure, type Gated, gatedOf } from './collect.ts';

/**
 * Tells the gates of a fleet that a device has just said that its health is bad. Devices that run the release and
 * devices that are held back from it are treated alike.
 * @returns rollouts whose counts changed by it
 */
export async function noteHealth(
  tx: Writes,
  context: DecisionContext,
  { before, after, now }: { readonly before: Device; readonly after: Device; readonly now: Instant },
): Promise<readonly RolloutId[]> {
  if (said(after, 'health') !== 'bad' || said(before, 'health') === 'bad') return [];
  const changed: RolloutId[] = [];
  for (const candidate of context.rollouts) {
    const gated = gatedOf(candidate.rollout);
    const failure = { context, candidate, device: after, kind: 'health-bad', now } as const;
    if (gated && (await noteFailure(tx, gated, failure))) changed.push(gated.rollout.id);
  }
  return changed;
}

/** A failure that either side of a comparison can have. */
export interface SharedFailure {
  readonly context: DecisionContext;
  readonly candidate: RolloutContext;
  readonly device: Device;
  readonly kind: 'health-bad' | 'silent';
  readonly now: Instant;
}

/** Takes the failure on the side on which the device stands; devices that are on neither side say nothing. */
export async function noteFailure(tx: Writes, gated: Gated, failure: SharedFailure): Promise<boolean> {
  const { device, kind, now, candidate } = failure;
  const seen = { device, kind, at: now, isDark: false } as const;
  const attempt = device.attempts.find((one) => one.rollout === gated.rollout.id);
  if (attempt) {
    const window = await tx.gateWindow(gated.rollout.id, device.id);
    if (window?.side !== 'treated') return false;
    const { startedAt, openedAt, phase } = window;
    const isNew = await collectFailure(tx, gated, { ...seen, side: 'treated', startedAt, committedAt: openedAt });
    // It is watched no longer, so that it takes up no budget.
    if (isNew) await tx.addCounts(gated.rollout.id, phase, { ...noCounts, proven: 1 });
    return isNew;
  }
  if (!isHeldBack(failure, candidate)) return false;
  return collectFailure(tx, gated, { ...seen, side: 'control', startedAt: null, committedAt: null });
}

/** Whether the rollout is for the device, but has not come to it: then it stands for what happens anyway. */
export function isHeldBack(
  { device, context, now }: Pick<SharedFailure, 'device' | 'context' | 'now'>,
  candidate: RolloutContext,
): boolean {
  if (device.status !== 'accepted' || device.attempts.some((one) => one.rollout === candidate.rollout.id)) return false;
  return placeOf({ device, context: candidate, now }).kind !== 'open' && isMember(device, candidate, context, now);
}
