import { createHash } from 'node:crypto';
import { type DataSet, FettleError, type Fleet, type ReleaseId, type TenantId } from '@fettle/model';
import { type Scope, serverScope } from '../access/scope.ts';
import type { Brain } from '../brain.ts';
import { type CountingData, countingData } from '../checks/data-sets.ts';
import { type WatchOrder, watchRelease } from './watch-release.ts';

const pageRows = 100;
/** How long a release whose look was due and failed waits for the next. */
const againMs = 3_600_000;
/** Releases that are asked for at once; others wait for their turn. */
const piece = 20;

/**
 * Work of the duty `vulnerabilities`: looks at every published release that was never looked at, or only by other data
 * or settings than today's, or while a statement of VEX held that is over now. A release whose look fails for good is
 * noted as looked at, so that the others get their turn.
 * @throws what the last look that failed threw, after all others had theirs
 */
export async function watchReleases(brain: Brain, signal?: AbortSignal): Promise<void> {
  if (!brain.vulnerabilities) return;
  const failures: unknown[] = [];
  for (const tenant of await brain.store.tenants()) failures.push(...(await watchTenant(brain, tenant, signal)));
  if (failures.length > 0) throw failures.at(-1);
}

async function watchTenant(brain: Brain, tenant: TenantId, signal: AbortSignal | undefined): Promise<unknown[]> {
  const scope = serverScope(tenant);
  const reads = brain.store.reads(scope);
  const failures: unknown[] = [];
  const dataOf = dataByPolicy(await reads.dataSets());
  for (let after: string | undefined; ; ) {
    const { items, next } = await reads.fleets({ limit: pageRows, after });
    for (const fleet of items) {
      const data = dataOf(fleet);
      const sets = data.sets.map(({ kind, digest }) => ({ kind, digest }));
      const order = { fleet, sets, trust: data.trust, setsKey: keyOf(data, fleet) };
      failures.push(...(await watchFleet(scope, brain, { order, signal })));
    }
    if (next === null) return failures;
    after = next;
  }
}

async function watchFleet(
  scope: Scope,
  brain: Brain,
  { order, signal }: { readonly order: WatchOrder; readonly signal: AbortSignal | undefined },
): Promise<unknown[]> {
  const failures: unknown[] = [];
  for (;;) {
    const of = { setsKey: order.setsKey, now: brain.clock.now(), limit: piece };
    const ids = await brain.store.reads(scope).unwatchedReleases(order.fleet.id, of);
    if (ids.length === 0) return failures;
    for (const id of ids) {
      if (signal?.aborted) return failures;
      try {
        await watchRelease(scope, brain, id, order);
      } catch (error) {
        if (signal?.aborted) return failures;
        if (!(error instanceof FettleError) || error.retryable) throw error;
        failures.push(error);
        await passOver(scope, brain, { release: id, order });
      }
      await brain.clock.turn();
    }
  }
}

/** What was found before stays what is known. */
async function passOver(
  scope: Scope,
  brain: Brain,
  { release, order }: { readonly release: ReleaseId; readonly order: WatchOrder },
): Promise<void> {
  await brain.store.transact(scope, async (tx) => {
    const before = await tx.releaseWatch(release);
    const empty = { release, fleet: order.fleet.id, components: -1, openCritical: 0, report: '' };
    const now = brain.clock.now();
    const lookAgainAt = before?.lookAgainAt ? now + againMs : null;
    await tx.saveReleaseWatch({ ...empty, ...before, setsKey: order.setsKey, at: now, lookAgainAt });
  });
}

/** Fleets that believe the same keys share the verification of their data. */
function dataByPolicy(newestFirst: readonly DataSet[]): (fleet: Fleet) => CountingData {
  const known = new Map<string, CountingData>();
  return ({ releasePolicy }) => {
    const key = JSON.stringify(releasePolicy?.dataSets ?? null);
    const data = known.get(key) ?? countingData(releasePolicy, newestFirst);
    known.set(key, data);
    return data;
  };
}

function keyOf({ sets, trust }: CountingData, { releasePolicy }: Fleet): string {
  const about = [
    sets.map(({ digest }) => digest),
    releasePolicy?.settings.vulnerabilities ?? {},
    releasePolicy?.onNewFindings,
    // Whose VEX closes findings.
    releasePolicy?.waivers,
    ...(trust ? [trust.keys, trust.threshold, trust.refused] : []),
  ];
  return createHash('sha256').update(JSON.stringify(about)).digest('hex');
}
