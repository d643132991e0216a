import { type Device, type Instant, noCounts, type RolloutId, said, type TenantId } from '@fettle/model';
import { serverScope } from '../../access/scope.ts';
import type { Brain } from '../../brain.ts';
import type { Writes } from '../../ports.ts';
import type { DecisionContext, RolloutContext } from '../context.ts';
import { collectFailure, type Gated, gatedOf, loadTotals, noTotals } from './collect.ts';
import type { GateWindow } from './gate-store.ts';
import { noteFailure } from './note-health.ts';
import { type GateState, look, silenceMs, takeProgress } from './state.ts';

/** Most windows and silent devices dealt with in one transaction. */
const batch = 200;
/** A device that has not called since its window was over is looked for again so much later, as often as it calls. */
const lookAgain = { leastMs: 30_000, mostMs: 600_000, share: 0.25 } as const;
/** Last-seen times are written a little later than they happen. */
const seenLagMs = 15_000;
/** A gap in which the server did not look is one in which it did not listen either. */
const longestGapMs = 90_000;

/** Ends the windows that are over, of every rollout of a tenant. @returns rollouts whose counts changed */
export async function endWindows(brain: Brain, tenant: TenantId): Promise<ReadonlySet<RolloutId>> {
  const scope = serverScope(tenant);
  const now = brain.clock.now();
  if ((await brain.store.reads(scope).dueGateWindows(now, 1)).length === 0) return new Set();
  return brain.store.transact(scope, async (tx) => {
    const changed = new Set<RolloutId>();
    for (const window of await tx.dueGateWindows(now, batch)) {
      if (await endWindow(tx, window, now)) changed.add(window.rollout);
    }
    return changed;
  });
}

async function endWindow(tx: Writes, window: GateWindow, now: Instant): Promise<boolean> {
  const rollout = await tx.rollout(window.rollout);
  const plan = rollout?.policy.gate;
  const device = await tx.device(window.device);
  if (!device || plan?.kind !== 'sequential') {
    await tx.deleteGateWindow(window.rollout, window.device);
    return false;
  }
  if (window.side === 'control') {
    await tx.saveGateWindow({ ...window, lookAt: null });
    return false;
  }
  // Only who was seen after its time is known to be well; who never comes has gone silent.
  if ((device.lastSeenAt ?? 0) < window.openedAt + plan.observeMs) {
    await tx.saveGateWindow({ ...window, lookAt: now + (await lookAgainMs(tx, device)) });
    return false;
  }
  await tx.deleteGateWindow(window.rollout, window.device);
  await tx.addCounts(window.rollout, window.phase, { ...noCounts, proven: 1 });
  if (window.side === 'given-up') return true;
  // One whose health was bad before it began is not held against the release, but it proves nothing either.
  if (said(device, 'health') !== 'bad')
    await tx.addGateTotals(window.rollout, window.stratum, { ...noTotals, proven: 1 });
  return true;
}

async function lookAgainMs(tx: Writes, { fleet }: Device): Promise<number> {
  const intervalMs = (await tx.fleet(fleet))?.checkInIntervalMs ?? 0;
  return Math.min(lookAgain.mostMs, Math.max(lookAgain.leastMs, lookAgain.share * intervalMs));
}

/** Looks for devices that have gone silent, and brings the gate up to now. @returns whether anything was seen */
export async function watchGate(
  brain: Brain,
  tenant: TenantId,
  context: DecisionContext,
  candidate: RolloutContext,
): Promise<boolean> {
  const gated = gatedOf(candidate.rollout);
  if (!gated) return false;
  const scope = serverScope(tenant, `rollout:${gated.rollout.id}`);
  const state = await brain.store.reads(scope).gateState(gated.rollout.id);
  const now = brain.clock.now();
  if (!state || !isDue(state, now)) return false;
  return brain.store.transact(scope, async (tx) => {
    const seen = await findSilent(tx, gated, { context, candidate, now });
    await bringUpToNow(tx, gated, now);
    return seen;
  });
}

/** Time runs in steps that are small beside a slot. */
function isDue({ takenAt, times, suspectSince }: GateState, now: Instant): boolean {
  const step = Math.min(30_000, times.slotMs / 10);
  return now - takenAt >= step || (suspectSince !== null && now >= suspectSince + times.lagMs);
}

async function bringUpToNow(tx: Writes, gated: Gated, now: Instant): Promise<void> {
  const state = await tx.gateState(gated.rollout.id);
  if (!state) return;
  const counts = await loadTotals(tx, gated, state, now);
  await tx.saveGateState(gated.rollout.id, look(gated.plan, takeProgress(state, counts, now), counts, now));
}

interface Search {
  readonly context: DecisionContext;
  readonly candidate: RolloutContext;
  readonly now: Instant;
}

async function findSilent(tx: Writes, gated: Gated, search: Search): Promise<boolean> {
  const { context, now } = search;
  const { id, fleet } = gated.rollout;
  const before = await tx.gateState(id);
  if (!before) return false;
  const patience = silenceMs(context.fleet.checkInIntervalMs);
  const deafUntil = now - before.takenAt > longestGapMs ? now + patience : before.deafUntil;
  if (now < deafUntil) {
    if (deafUntil !== before.deafUntil) await tx.saveGateState(id, { ...before, deafUntil });
    return false;
  }
  const until = now - patience - seenLagMs;
  const found = await tx.devicesSeenBetween(fleet, { after: before.silent, until, limit: batch });
  let seen = false;
  for (const { device: deviceId } of found) {
    const device = await tx.device(deviceId);
    if (device && (await noteSilence(tx, gated, search, device))) seen = true;
  }
  const last = found.length === batch ? found[batch - 1] : undefined;
  const after = await tx.gateState(id);
  const silent = last ?? { ...before.silent, lastSeenAt: Math.max(before.silent.lastSeenAt, until) };
  if (after) await tx.saveGateState(id, { ...after, silent });
  return seen;
}

async function noteSilence(tx: Writes, gated: Gated, search: Search, device: Device): Promise<boolean> {
  const attempt = device.attempts.find((one) => one.rollout === gated.rollout.id);
  if (attempt?.lastStatus === 'rebooting' || attempt?.lastStatus === 'checking') {
    const deployment = await tx.deployment(attempt.deployment);
    const startedAt = deployment?.createdAt ?? attempt.lastChangedAt;
    const seen = { device, kind: 'went-dark', side: 'treated', at: search.now, isDark: true } as const;
    return collectFailure(tx, gated, { ...seen, startedAt, committedAt: null });
  }
  return noteFailure(tx, gated, { ...search, device, kind: 'silent' });
}
