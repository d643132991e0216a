import type { Instant, Rollout } from '@fettle/model';
import { serverScope } from '../../access/scope.ts';
import type { Brain } from '../../brain.ts';

/** Windows that one transaction forgets. */
const batch = 500;

/**
 * Forgets the windows of rollouts that ended so long ago: nothing more is decided by them. What they showed stays: the
 * state of the gate, its totals, its events, and the verdict in the rollout. A window that was opened for a late device
 * stays until its own watch has been over for as long.
 * @param keepMs how long after the end
 * @returns how many
 */
export async function forgetGateWindows(brain: Brain, keepMs: number, signal?: AbortSignal): Promise<number> {
  let gone = 0;
  for (const tenant of await brain.store.tenants()) {
    const scope = serverScope(tenant);
    const reads = brain.store.reads(scope);
    let id = await reads.rolloutWithGateWindows(undefined);
    while (id !== undefined && !signal?.aborted) {
      const rollout = id;
      const forgotten = await brain.store.transact(scope, async (tx) => {
        const openedUntil = forgetUntil(await tx.rollout(rollout), brain.clock.now() - keepMs);
        return openedUntil === undefined ? 0 : tx.forgetGateWindows(rollout, { openedUntil, limit: batch });
      });
      gone += forgotten;
      await brain.clock.turn();
      if (forgotten < batch) id = await reads.rolloutWithGateWindows(rollout);
    }
  }
  return gone;
}

/** Up to when windows were opened that are of no use any more; undefined while the rollout may still need all of them. */
function forgetUntil(rollout: Rollout | undefined, before: Instant): Instant | undefined {
  const isOver = rollout?.status === 'completed' || rollout?.status === 'aborted';
  if (!isOver || rollout.endedAt === null || rollout.endedAt > before) return undefined;
  const { gate } = rollout.policy;
  return before - (gate.kind === 'sequential' ? gate.observeMs : 0);
}
