import type { Instant, TenantId } from '@fettle/model';
import { serverScope } from '../access/scope.ts';
import { type Brain, fleetChanged } from '../brain.ts';
import { rejudgeReleases } from './rejudge.ts';

const pageRows = 100;

/**
 * Work of the duty `waivers`: judges the releases of fleets anew whose waivers ran out since then. Judging twice changes
 * nothing, so looking further back than needed does no harm.
 */
export async function expireWaivers(brain: Brain, since: Instant): Promise<void> {
  for (const tenant of await brain.store.tenants()) await expireOfTenant(brain, tenant, since);
}

async function expireOfTenant(brain: Brain, tenant: TenantId, since: Instant): Promise<void> {
  const scope = serverScope(tenant);
  const reads = brain.store.reads(scope);
  const now = brain.clock.now();
  for (let after: string | undefined; ; ) {
    const { items, next } = await reads.fleets({ limit: pageRows, after });
    for (const { id, releasePolicy } of items) {
      if (!releasePolicy || releasePolicy.waivers.keys.length === 0) continue;
      const ended = (await reads.waivers(id)).some(({ expiresAt }) => expiresAt > since && expiresAt <= now);
      if (ended && (await rejudgeReleases(scope, brain, id)) > 0) fleetChanged(brain, tenant, id);
      await brain.clock.turn();
    }
    if (next === null) return;
    after = next;
  }
}
