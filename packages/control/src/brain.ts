import type { FleetId, TenantId } from '@fettle/model';
import { createSealer, type Sealer } from './access/sealed-token.ts';
import type { Ports } from './ports.ts';
import { type ContextCache, createContextCache } from './rollouts/context-cache.ts';

/** The ports and what the brain itself keeps in memory. Made once a process. */
export interface Brain extends Ports {
  readonly sealer: Sealer;
  readonly contexts: ContextCache;
}

/** Makes the brain over its ports. */
export async function createBrain(ports: Ports): Promise<Brain> {
  const sealer = createSealer(await ports.store.secret());
  return { ...ports, sealer, contexts: createContextCache(ports.store) };
}

/** After a commit that changed a fleet, its rollouts or their counts: whoever keeps anything of it looks anew. */
export function fleetChanged(brain: Brain, tenant: TenantId, fleet: FleetId): void {
  brain.contexts.invalidate(tenant, fleet);
  brain.notifier.fleetChanged(tenant, fleet);
}
