import { limits, type RolloutId, type TenantId } from '@fettle/model';
import { type Scope, serverScope } from '../access/scope.ts';
import { type Brain, countsChanged, fleetChanged } from '../brain.ts';
import type { Reads, Writes } from '../ports.ts';
import { advance, openPhaseWith, type RolloutStep } from './advance.ts';
import type { RolloutContext } from './context.ts';
import { changeDeployment, writeChange } from './deployment-change.ts';
import { gatedOf } from './gates/collect.ts';
import { openGate } from './gates/open-gate.ts';
import { loadStanding } from './gates/standing.ts';
import { endWindows, watchGate } from './gates/watch.ts';
import { refreshRollout } from './load-context.ts';
import { measurePhase } from './measure.ts';
import { isMeasureDue } from './remeasure.ts';
import { seekSegments } from './segments/seek.ts';
import { startReturns } from './send-back.ts';
import { writeStep } from './write-step.ts';

/** Most overdue deployments ended in one transaction. */
const overdueBatch = 200;

/** Moves time on: ends overdue deployments and gates' windows, then advances every running rollout one step. */
export async function tickRollouts(brain: Brain): Promise<void> {
  for (const tenant of await brain.store.tenants()) {
    await endOverdue(brain, tenant);
    const ended = await endWindows(brain, tenant);
    for (const id of await fleetsOf(brain, tenant)) {
      const fleet = await brain.contexts.get(tenant, id);
      for (const context of fleet.rollouts) {
        const { rollout } = context;
        const seen = await watchGate(brain, tenant, fleet, context);
        if (seen || ended.has(rollout.id)) countsChanged(brain, tenant, id, [rollout.id]);
        await seekSegments(brain, tenant, context);
        if (rollout.status !== 'running') {
          brain.emptyAt.delete(rollout.id);
          continue;
        }
        // Read anew, not from the cache: a gate must never judge counts of a moment ago.
        const fresh = await refreshRollout(brain.store.reads(serverScope(tenant)), context, brain.clock.now());
        if (fresh) await advanceOne(brain, tenant, fresh);
      }
    }
  }
}

async function advanceOne(brain: Brain, tenant: TenantId, context: RolloutContext): Promise<void> {
  const scope = rolloutScope(tenant, context.rollout.id);
  const step = await stepOf(brain.store.reads(scope), brain, context);
  if (step.rollout !== context.rollout) {
    const written = await brain.store.transact(scope, (tx) => writeAdvance(tx, brain, context));
    if (written) fleetChanged(brain, tenant, context.rollout.fleet);
  }
  const wished = step.effects.find((effect) => effect.kind === 'measure-phase');
  const phase = wished && step.rollout.phases[wished.phase];
  if (!phase || !isMeasureDue(step.rollout, phase, brain.emptyAt.get(context.rollout.id), brain.clock.now())) return;
  await openMeasured(brain, scope, context, wished.phase);
}

async function stepOf(reads: Reads, brain: Brain, { rollout, counts }: RolloutContext): Promise<RolloutStep> {
  const now = brain.clock.now();
  return advance(rollout, counts, now, await loadStanding(reads, rollout, now));
}

/** Decides again inside the transaction: between reading and writing a report may have come. */
async function writeAdvance(tx: Writes, brain: Brain, context: RolloutContext): Promise<boolean> {
  const fresh = await refreshRollout(tx, context, brain.clock.now());
  if (!fresh) return false;
  const step = await stepOf(tx, brain, fresh);
  if (!(await writeStep(tx, fresh.rollout, step))) return false;
  const back = step.effects.find((effect) => effect.kind === 'roll-back');
  if (back) await startReturns(tx, brain, step.rollout, back.because);
  return true;
}

async function openMeasured(brain: Brain, scope: Scope, context: RolloutContext, index: number): Promise<void> {
  const fleet = await brain.contexts.get(scope.tenant, context.rollout.fleet);
  const { checkInIntervalMs } = fleet.fleet;
  const found = await measurePhase(brain.store.scans(scope), fleet, context, { index, now: brain.clock.now() });
  if (found.members > 0) brain.emptyAt.delete(context.rollout.id);
  else brain.emptyAt.set(context.rollout.id, brain.clock.now());
  const written = await brain.store.transact(scope, async (tx) => {
    const now = brain.clock.now();
    const fresh = await refreshRollout(tx, context, now);
    if (!fresh) return false;
    const step = openPhaseWith(fresh.rollout, index, found, now);
    if (!(await writeStep(tx, fresh.rollout, step))) return false;
    const gated = gatedOf(step.rollout);
    if (gated) await openGate(tx, gated, found.control ?? {}, { now, checkInIntervalMs });
    return true;
  });
  if (written) fleetChanged(brain, scope.tenant, context.rollout.fleet);
}

/** Ends deployments whose owner has let the deadline pass: silence counts. */
async function endOverdue(brain: Brain, tenant: TenantId): Promise<void> {
  const scope = serverScope(tenant);
  const now = brain.clock.now();
  const overdue = await brain.store.reads(scope).overdueDeployments(now, overdueBatch);
  if (overdue.length === 0) return;
  await brain.store.transact(scope, async (tx) => {
    for (const { id } of overdue) {
      const deployment = await tx.deployment(id);
      const device = deployment && (await tx.device(deployment.device));
      if (!deployment || !device || deployment.deadlineAt === null || deployment.deadlineAt > now) continue;
      const message = `No news since it was ${deployment.status}.`;
      const error = { code: 'timed-out', class: 'transient', message } as const;
      const change = changeDeployment(deployment, device, { status: 'timedOut', error, now });
      if (change) await writeChange(tx, change, message);
    }
  });
  const byFleet = Map.groupBy(overdue, (deployment) => deployment.fleet);
  for (const [fleet, deployments] of byFleet) {
    countsChanged(brain, tenant, fleet, new Set(deployments.map((deployment) => deployment.rollout)));
  }
}

async function fleetsOf(brain: Brain, tenant: TenantId) {
  const reads = brain.store.reads(serverScope(tenant));
  const ids = [];
  let after: string | undefined;
  do {
    const page = await reads.fleets({ after, limit: limits.pageSize });
    ids.push(...page.items.map((fleet) => fleet.id));
    after = page.next ?? undefined;
  } while (after !== undefined);
  return ids;
}

function rolloutScope(tenant: TenantId, id: RolloutId): Scope {
  return serverScope(tenant, `rollout:${id}`);
}
