import type { FleetId, Instant, RolloutId, TenantId } from '@fettle/model';
import { bindStore } from './access/bind.ts';
import { confineStore } from './access/confine.ts';
import { createSealer, type Sealer } from './access/sealed-token.ts';
import { createQuietMemo, deviceHash, type QuietMemo, quietMemoEntries } from './devices/quiet-memo.ts';
import type { Ports } from './ports.ts';
import { type ContextCache, createContextCache } from './rollouts/context-cache.ts';
import { createTrustMemo, type TrustMemo } from './trust/trust-memo.ts';
import { watchWrites } from './watch-writes.ts';

/** The ports and what the brain itself keeps in memory. Made once a process. */
export interface Brain extends Ports {
  readonly sealer: Sealer;
  readonly contexts: ContextCache;
  readonly quiet: QuietMemo;
  /** When this process last found the open phase of a rollout to have no members. */
  readonly emptyAt: Map<RolloutId, Instant>;
  readonly trust: TrustMemo;
}

/** Makes the brain over its ports. */
export async function createBrain(ports: Ports): Promise<Brain> {
  const sealer = createSealer(await ports.store.secret());
  const quiet = createQuietMemo({ mostEntries: quietMemoEntries });
  const store = watchWrites(ports.store, ({ tenant }, devices) => {
    for (const device of devices) quiet.forget(tenant, device);
    ports.notifier.devicesWritten?.([...devices].map((device) => deviceHash(tenant, device)));
  });
  const contexts = createContextCache(ports.store, ports.clock);
  return {
    ...ports,
    store: bindStore(confineStore(store)),
    sealer,
    quiet,
    contexts,
    emptyAt: new Map(),
    trust: createTrustMemo(),
  };
}

/** After a commit that changed anything of a fleet but counts: whoever keeps anything of it looks anew. */
export function fleetChanged(brain: Brain, tenant: TenantId, fleet: FleetId): void {
  brain.contexts.structureChanged(tenant, fleet);
  brain.notifier.fleetChanged(tenant, fleet, { kind: 'structure' });
}

/** After a commit that changed no more than how many devices of these rollouts are where. */
export function countsChanged(brain: Brain, tenant: TenantId, fleet: FleetId, rollouts: Iterable<RolloutId>): void {
  const changed = [...rollouts];
  brain.contexts.countsChanged(tenant, fleet, changed);
  brain.notifier.fleetChanged(tenant, fleet, { kind: 'counts', rollouts: changed });
}
