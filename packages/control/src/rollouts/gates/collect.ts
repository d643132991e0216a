import type { Device, Instant, Rollout, SequentialGate } from '@fettle/model';
import type { Reads, Writes } from '../../ports.ts';
import { isHeldWithin } from '../segments/is-held.ts';
import type { GateEventKind, StratumTotals } from './gate-store.ts';
import {
  type GateCounts,
  type GateState,
  look,
  noStratum,
  type StratumCounts,
  takeControlFailure,
  takeProgress,
  takeTreatedFailure,
} from './state.ts';
import { phaseGateOf, stratumOf } from './strata.ts';

/** A rollout whose gate is sequential. */
export interface Gated {
  readonly rollout: Rollout;
  readonly plan: SequentialGate;
}

/** @returns undefined when the rollout is judged otherwise, or ended: then nothing is collected for it */
export function gatedOf(rollout: Rollout): Gated | undefined {
  const plan = rollout.policy.gate;
  if (plan.kind !== 'sequential' || (rollout.status !== 'running' && rollout.status !== 'paused')) return undefined;
  return { rollout, plan };
}

export const noTotals: StratumTotals = { control: 0, controlEvents: 0, started: 0, proven: 0 };

/** Reads the totals of all strata, with the devices that are comparable with the control at this moment. */
export async function loadTotals(
  reads: Reads,
  { rollout }: Gated,
  state: GateState,
  now: Instant,
): Promise<GateCounts> {
  const totals = await reads.gateTotals(rollout.id);
  const openedUntil = now - state.times.settleMs;
  const watched = await reads.countGateWindows(rollout.id, { side: 'treated', openedUntil });
  const strata = new Set([...Object.keys(totals), ...Object.keys(watched)]);
  const counts: Record<string, StratumCounts> = {};
  for (const stratum of strata) {
    counts[stratum] = { ...noStratum, ...totals[stratum], watched: watched[stratum] ?? 0 };
  }
  return counts;
}

/** What went wrong with which device. */
export interface FailureSeen {
  readonly device: Device;
  readonly kind: Exclude<GateEventKind, 'metric-event' | 'metric-value'>;
  readonly side: 'treated' | 'control';
  readonly at: Instant;
  readonly startedAt: Instant | null;
  /** Null when it never committed, and for the control. */
  readonly committedAt: Instant | null;
  readonly isDark: boolean;
}

/**
 * Takes a failure into the gate of a rollout, in the transaction of the report or act that showed it: it is never lost
 * and never counted twice. A device fails once.
 * @returns whether it was new
 */
export async function collectFailure(tx: Writes, gated: Gated, seen: FailureSeen): Promise<boolean> {
  const { rollout, plan } = gated;
  const { device, side, at } = seen;
  if (await tx.hasGateEvent(rollout.id, device.id, '')) return false;
  const before = await tx.gateState(rollout.id);
  if (!before) return false;
  const stratum = stratumOf(device, phaseGateOf(rollout));
  const counts = await loadTotals(tx, gated, before, at);
  const own = counts[stratum] ?? noStratum;
  const progressed = takeProgress(before, counts, at);
  // What is held has been found out: it does not speak against the rest, but it stays on record.
  const isHeld = side === 'treated' && (await isHeldWithin(tx, rollout.id, device, at));
  const taken = isHeld
    ? progressed
    : side === 'control'
      ? takeControlFailure(progressed, own)
      : takeTreatedFailure(progressed, { ...seen, stratum, startedAt: seen.startedAt ?? at }, own);
  if (side === 'control') await tx.addGateTotals(rollout.id, stratum, { ...noTotals, controlEvents: 1 });
  else await tx.deleteGateWindow(rollout.id, device.id);
  const sequence = taken.events + 1;
  await tx.insertGateEvent(rollout.id, {
    sequence,
    device: device.id,
    metric: '',
    kind: seen.kind,
    side,
    stratum,
    at,
    startedAt: seen.startedAt,
    committedAt: seen.committedAt,
    treated: own.watched,
    control: Math.max(0, own.control - own.controlEvents),
    value: null,
  });
  await tx.saveGateState(rollout.id, look(plan, { ...taken, events: sequence }, counts, at));
  return true;
}
