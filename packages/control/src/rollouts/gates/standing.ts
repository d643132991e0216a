import type { Instant, Rollout } from '@fettle/model';
import type { Reads } from '../../ports.ts';
import { loadTotals } from './collect.ts';
import { type GateReport, reportGate } from './judge.ts';
import type { GateCounts, GateState } from './state.ts';

/** What a sequential gate has seen of a rollout so far. */
export interface GateStanding {
  readonly state: GateState;
  readonly totals: GateCounts;
  /** Devices that have committed and are still being watched. */
  readonly watching: number;
}

/** Reads what the gate of a rollout has seen; undefined when it is a fixed one or has not begun. */
export async function loadStanding(reads: Reads, rollout: Rollout, now: Instant): Promise<GateStanding | undefined> {
  const plan = rollout.policy.gate;
  if (plan.kind === 'fixed') return undefined;
  const state = await reads.gateState(rollout.id);
  if (!state) return undefined;
  const totals = await loadTotals(reads, { rollout, plan }, state, now);
  const open = await reads.countGateWindows(rollout.id, { side: 'treated', openedUntil: now });
  const watching = Object.values(open).reduce((sum, one) => sum + one, 0);
  return { state, totals, watching };
}

/** What people are shown of a gate; null when it is a fixed one or has not begun. */
export async function gateReportOf(reads: Reads, rollout: Rollout): Promise<GateReport | null> {
  const plan = rollout.policy.gate;
  const standing = await loadStanding(reads, rollout, Number.MAX_SAFE_INTEGER);
  return plan.kind === 'fixed' || !standing ? null : reportGate(plan, standing);
}
