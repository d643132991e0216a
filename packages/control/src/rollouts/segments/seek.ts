import type { Instant, Rollout, TenantId } from '@fettle/model';
import { serverScope } from '../../access/scope.ts';
import type { Brain } from '../../brain.ts';
import type { RolloutContext } from '../context.ts';
import { sumCounts } from '../counts.ts';
import { searchSegments } from './find-segments.ts';
import { readExposed } from './read-exposed.ts';
import { type SegmentSearch, segmentDefaults } from './segment.ts';
import type { FoundSegment, StoredSearch } from './stored-search.ts';

/** A search is done again at most so often while failures still come in. */
const againMs = 60_000;
/** A rollout that was stopped so long ago is not looked at any more. */
const staleMs = 7 * 24 * 3_600_000;

/** Rollouts as they are kept in memory for which there is nothing to do until something of them changes. */
const settled = new WeakSet<RolloutContext>();

/**
 * Looks for what the failing devices of a rollout share once its gate has failed, and again while devices that were
 * under way then still fail. Off the hot path: the tick calls it, and it takes turns with everybody.
 */
export async function seekSegments(brain: Brain, tenant: TenantId, context: RolloutContext): Promise<void> {
  const { rollout } = context;
  const now = brain.clock.now();
  if (!isStoppedByGate(rollout, now) || settled.has(context)) return;
  const scope = serverScope(tenant, `rollout:${rollout.id}`);
  const reads = brain.store.reads(scope);
  const counts = sumCounts(context.counts);
  const last = await reads.segmentSearch(rollout.id);
  if (last && last.failedSoFar === counts.failed) settled.add(context);
  if (last && (last.failedSoFar === counts.failed || now < last.at + againMs)) return;
  const exposed = await readExposed({ reads, clock: brain.clock }, rollout.id, segmentDefaults.mostDevices);
  const search = searchSegments(exposed.devices, exposed);
  let step = search.next();
  for (; !step.done; step = search.next()) await brain.clock.turn();
  const scans = brain.store.scans(scope);
  const inFleet = (expression: string) =>
    scans.countDevices({ fleet: rollout.fleet, status: 'accepted', expression, now });
  const found: StoredSearch = {
    ...step.value,
    rollout: rollout.id,
    at: now,
    failedSoFar: counts.failed,
    started: counts.started,
    fleetDevices: await inFleet(''),
    segments: await withReach(step.value, inFleet),
  };
  await brain.store.transact(scope, (tx) => tx.saveSegmentSearch(found));
}

async function withReach(
  { segments }: SegmentSearch,
  inFleet: (expression: string) => Promise<number>,
): Promise<readonly FoundSegment[]> {
  const found: FoundSegment[] = [];
  for (const segment of segments) found.push({ ...segment, fleetDevices: await inFleet(segment.expression) });
  return found;
}

/** Whether a gate stopped the rollout, and that is what keeps it stopped. */
export function isStoppedByGate(rollout: Rollout, now: Instant): boolean {
  if (rollout.status !== 'paused' && rollout.status !== 'aborted') return false;
  const failed = rollout.phases.findLast((phase) => phase.status === 'failed');
  return failed !== undefined && now - (failed.endedAt ?? 0) < staleMs;
}
