import type { AuditEvent, AuditVerb, TenantId } from '@fettle/model';
import { serverScope } from '../access/scope.ts';
import type { Brain } from '../brain.ts';

/** What people want to be told of at once: what rollouts do, and what becomes of releases, by itself or by somebody's hand. */
export const noticeVerbs: ReadonlySet<AuditVerb> = new Set<AuditVerb>([
  'rollout.started',
  'rollout.paused',
  'rollout.resumed',
  'rollout.aborted',
  'rollout.completed',
  'rollout.phase-opened',
  'rollout.phase-passed',
  'rollout.phase-failed',
  'rollout.held',
  'rollout.unheld',
  'release.published',
  'release.revoked',
  'release.vulnerable',
  'release.approval-void',
  'fleet.policy-weakened',
]);

/** Audit events looked at in one go. */
const batch = 200;

/** Hands one event over; rejects when it could not be delivered. */
export type SendNotice = (tenant: TenantId, event: AuditEvent) => Promise<void>;

/**
 * Tells of everything that happened since the last time, in order, each event at least once: what was told is noted
 * only after it was delivered. The first time there is nothing to tell: what lies before it is history.
 * @returns how many were delivered; what `send` rejects with ends the round and is thrown on
 */
export async function deliverNotices(brain: Brain, tenant: TenantId, send: SendNotice): Promise<number> {
  const scope = serverScope(tenant);
  const reads = brain.store.reads(scope);
  const told = await reads.noticesTold();
  if (told === undefined) {
    const [newest] = (await reads.auditEvents({ limit: 1 })).items;
    await brain.store.transact(scope, (tx) => tx.setNoticesTold(newest?.sequence ?? 0));
    return 0;
  }
  const { items } = await reads.auditEvents({ after: String(told), limit: batch, oldestFirst: true });
  let last = told;
  let delivered = 0;
  try {
    for (const event of items) {
      if (noticeVerbs.has(event.verb)) {
        await send(tenant, event);
        delivered++;
      }
      last = event.sequence;
    }
  } finally {
    if (last !== told) await brain.store.transact(scope, (tx) => tx.setNoticesTold(last));
  }
  return delivered;
}
