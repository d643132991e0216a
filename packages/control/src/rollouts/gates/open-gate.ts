import type { FleetId, Instant, RolloutId } from '@fettle/model';
import type { Reads, Writes } from '../../ports.ts';
import { type Gated, loadTotals, noTotals } from './collect.ts';
import { anyStratum, type Starts } from './outcomes.ts';
import { controlAtRisk, forgiven, type GateState, newGateState, noStratum, takeProgress } from './state.ts';

/** What a measurement found of the devices that are held back: those in touch and well, by stratum. */
export type ControlFound = Readonly<Record<string, number>>;

/**
 * Begins the gate of a rollout when its first phase is measured, and counts the control anew with every phase that
 * opens: whom the phase reaches belongs to it no longer.
 */
export async function openGate(
  tx: Writes,
  gated: Gated,
  control: ControlFound,
  { now, checkInIntervalMs }: { readonly now: Instant; readonly checkInIntervalMs: number },
): Promise<void> {
  const { rollout, plan } = gated;
  const found = await tx.gateState(rollout.id);
  const state = found ?? newGateState(plan, await expectedShares(tx, gated), now, checkInIntervalMs);
  const counts = await loadTotals(tx, gated, state, now);
  const taken = takeProgress(state, counts, now);
  for (const stratum of new Set([...Object.keys(counts), ...Object.keys(control)])) {
    const change = (control[stratum] ?? 0) - controlAtRisk(counts[stratum] ?? noStratum);
    if (change !== 0) await tx.addGateTotals(rollout.id, stratum, { ...noTotals, control: change });
  }
  await tx.saveGateState(rollout.id, taken);
}

/** Lets a gate that had failed begin anew, as a person resumes the rollout. */
export async function forgiveGate(tx: Writes, gated: Gated, now: Instant): Promise<void> {
  const state = await tx.gateState(gated.rollout.id);
  if (!state || state.crossed === null) return;
  const counts = await loadTotals(tx, gated, state, now);
  await tx.saveGateState(gated.rollout.id, forgiven(gated.plan, state, counts, now));
}

/** Rollouts of the fleet that are looked at, newest first, and how many of those say what is usual. */
const lookedAt = 20;
const wanted = 5;
/** Devices of a stratum from which on its history says more than the plan. */
const leastDevices = 300;

/**
 * Share of installations of a good release that fail, by stratum: the most that earlier completed rollouts allow for
 * with 95 % confidence, or what the worst of them showed, if that is more; the plan's share for strata without history.
 * @source decision 0015 §3
 */
async function expectedShares(reads: Reads, { rollout, plan }: Gated): Promise<Readonly<Record<string, number>>> {
  const expected: Record<string, number> = { [anyStratum]: plan.expectedFailureShare };
  for (const [stratum, history] of await histories(reads, rollout.fleet, rollout.id)) {
    const started = history.reduce((sum, one) => sum + one.started, 0);
    const failed = history.reduce((sum, one) => sum + one.failed, 0);
    if (started < leastDevices) continue;
    const worst = history.filter((one) => one.started >= leastDevices).map((one) => one.failed / one.started);
    expected[stratum] = Math.min(0.2, Math.max(0.0005, mostShare(failed, started), ...worst));
  }
  return expected;
}

async function histories(reads: Reads, fleet: FleetId, except: RolloutId): Promise<Map<string, Starts[]>> {
  const found = new Map<string, Starts[]>();
  let used = 0;
  for (const rollout of (await reads.rollouts(fleet, { limit: lookedAt })).items) {
    if (used === wanted) break;
    if (rollout.id === except || rollout.status !== 'completed' || rollout.policy.gate.kind === 'fixed') continue;
    const state: GateState | undefined = await reads.gateState(rollout.id);
    if (!state) continue;
    used++;
    for (const [stratum, starts] of Object.entries(state.outcomes.totals)) {
      found.set(stratum, [...(found.get(stratum) ?? []), starts]);
    }
  }
  return found;
}

/** The share at which so few failures would have had a chance of only 5 %: by the law of small numbers. */
export function mostShare(failed: number, started: number): number {
  let low = failed;
  let high = 2 * failed + 10;
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (chanceOfAtMost(failed, middle) > 0.05) low = middle;
    else high = middle;
  }
  return high / started;
}

function chanceOfAtMost(count: number, mean: number): number {
  let log = -mean;
  let sum = Math.exp(log);
  for (let i = 1; i <= count; i++) {
    log += Math.log(mean / i);
    sum += Math.exp(log);
  }
  return sum;
}
