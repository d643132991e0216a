import { type Brain, refreshRepository, serverScope } from '@fettle/control';

/** How often snapshots and timestamps are looked at: much less than the third of a life after which they are signed. */
export const trustRefreshMs: number = 10 * 60_000;

/**
 * Work of the duty `trust`: keeps the snapshot and timestamp of every tenant fresh. One tenant whose files cannot be
 * signed does not keep the others waiting; it is told of at the end.
 */
export async function refreshTrust(brain: Brain): Promise<void> {
  if (!brain.signer) return;
  const failures: unknown[] = [];
  for (const tenant of await brain.store.tenants()) {
    try {
      await refreshRepository(serverScope(tenant), brain);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) throw new AggregateError(failures, 'Several repositories could not be refreshed.');
}
