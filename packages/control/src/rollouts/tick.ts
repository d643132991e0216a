import { limits, type RolloutId, type TenantId } from '@fettle/model';
import { type Scope, serverScope } from '../access/scope.ts';
import { type Brain, fleetChanged } from '../brain.ts';
import { advance, openPhaseWith } from './advance.ts';
import { refreshRollout } from './context-cache.ts';
import type { RolloutContext } from './decide.ts';
import { changeDeployment, writeChange } from './deployment-change.ts';
import { measurePhase } from './measure.ts';
import { writeStep } from './write-step.ts';

/** Most overdue deployments ended in one transaction. */
const overdueBatch = 200;

/** Moves time on: ends overdue deployments, then advances every running rollout one step. */
export async function tickRollouts(brain: Brain): Promise<void> {
  for (const tenant of await brain.store.tenants()) {
    await endOverdue(brain, tenant);
    for (const id of await fleetsOf(brain, tenant)) {
      const { rollouts } = await brain.contexts.get(tenant, id);
      for (const context of rollouts) {
        if (context.rollout.status !== 'running') continue;
        // Read anew, not from the cache: a gate must never judge counts of a moment ago.
        const fresh = await refreshRollout(brain.store.reads(serverScope(tenant)), context);
        if (fresh) await advanceOne(brain, tenant, fresh);
      }
    }
  }
}

async function advanceOne(brain: Brain, tenant: TenantId, context: RolloutContext): Promise<void> {
  const scope = rolloutScope(tenant, context.rollout.id);
  const step = advance(context.rollout, context.counts, brain.clock.now());
  if (step.rollout !== context.rollout) {
    const written = await brain.store.transact(scope, (tx) => writeAdvance(tx, brain, context));
    if (written) fleetChanged(brain, tenant, context.rollout.fleet);
  }
  const wished = step.effects.find((effect) => effect.kind === 'measure-phase');
  if (wished) await openMeasured(brain, scope, context, wished.phase);
}

/** Decides again inside the transaction: between reading and writing a report may have come. */
async function writeAdvance(
  tx: Parameters<typeof writeStep>[0],
  brain: Brain,
  context: RolloutContext,
): Promise<boolean> {
  const fresh = await refreshRollout(tx, context);
  if (!fresh) return false;
  return writeStep(tx, fresh.rollout, advance(fresh.rollout, fresh.counts, brain.clock.now()));
}

async function openMeasured(brain: Brain, scope: Scope, context: RolloutContext, index: number): Promise<void> {
  const phase = context.rollout.phases[index];
  if (!phase) return;
  const found = await measurePhase(brain.store.reads(scope), brain.clock, context, phase);
  const written = await brain.store.transact(scope, async (tx) => {
    const fresh = await refreshRollout(tx, context);
    if (!fresh) return false;
    return writeStep(tx, fresh.rollout, openPhaseWith(fresh.rollout, index, found, brain.clock.now()));
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
  for (const fleet of new Set(overdue.map((deployment) => deployment.fleet))) {
    fleetChanged(brain, tenant, fleet);
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
