import type { Page, PageRequest } from '@fettle/control';
import {
  defaultPolicy,
  type FleetId,
  limits,
  noCounts,
  type PhaseCounts,
  type Rollout,
  type RolloutId,
  type TenantId,
} from '@fettle/model';
import type { ReadPlace, WritePlace } from './methods.ts';
import { afterEveryId, pageOf, rowsFor } from './paging.ts';
import { query } from './query.ts';
import type { RolloutCountsRow, RolloutRow } from './schema.ts';

const columns = [
  'tenant',
  'id',
  'fleet',
  'release',
  'group_name',
  'status',
  'status_reason',
  'salt',
  'phases',
  'on_fail',
  'max_attempts',
  'retry_backoff_ms',
  'policy',
  'returns',
  'created_by',
  'approved_by',
  'created_at',
  'started_at',
  'ended_at',
  'revision',
] as const;
const countColumns = ['started', 'open', 'succeeded', 'failed', 'rolled_back', 'neutral', 'proven'] as const;

const oneRollout = query<Pick<RolloutRow, 'tenant' | 'id'>, RolloutRow>((db, slot) =>
  db.selectFrom('rollouts').select(columns).where('tenant', '=', slot('tenant')).where('id', '=', slot('id')),
);
const rolloutsOfFleet = query<{ tenant: TenantId; fleet: FleetId; before: RolloutId; rows: number }, RolloutRow>(
  (db, slot) =>
    db
      .selectFrom('rollouts')
      .select(columns)
      .where('tenant', '=', slot('tenant'))
      .where('fleet', '=', slot('fleet'))
      .where('id', '<', slot('before'))
      .orderBy('id', 'desc')
      .limit(slot('rows')),
);
const rolloutsReturning = query<{ tenant: TenantId; returns: RolloutId }, RolloutRow>((db, slot) =>
  db
    .selectFrom('rollouts')
    .select(columns)
    .where('tenant', '=', slot('tenant'))
    .where('returns', '=', slot('returns'))
    .limit(limits.pageSize),
);
const countsOfRollout = query<Pick<RolloutCountsRow, 'tenant' | 'rollout'>, RolloutCountsRow>((db, slot) =>
  db
    .selectFrom('rollout_counts')
    .select(['tenant', 'rollout', 'phase', ...countColumns])
    .where('tenant', '=', slot('tenant'))
    .where('rollout', '=', slot('rollout')),
);
const insertRollout = query<RolloutRow>((db, slot) => db.insertInto('rollouts').values(slot.all(columns)));
const updateRollout = query<RolloutRow & { readonly was: number }>((db, slot) =>
  db
    .updateTable('rollouts')
    .set(slot.all(columns.filter((column) => column !== 'tenant' && column !== 'id')))
    .where('tenant', '=', slot('tenant'))
    .where('id', '=', slot('id'))
    .where('revision', '=', slot('was')),
);
const addCounts = query<RolloutCountsRow>((db, slot) =>
  db
    .insertInto('rollout_counts')
    .values(slot.all(['tenant', 'rollout', 'phase', ...countColumns]))
    .onConflict((conflict) =>
      conflict.columns(['tenant', 'rollout', 'phase']).doUpdateSet((row) => ({
        started: row('rollout_counts.started', '+', row.ref('excluded.started')),
        open: row('rollout_counts.open', '+', row.ref('excluded.open')),
        succeeded: row('rollout_counts.succeeded', '+', row.ref('excluded.succeeded')),
        failed: row('rollout_counts.failed', '+', row.ref('excluded.failed')),
        rolled_back: row('rollout_counts.rolled_back', '+', row.ref('excluded.rolled_back')),
        neutral: row('rollout_counts.neutral', '+', row.ref('excluded.neutral')),
        proven: row('rollout_counts.proven', '+', row.ref('excluded.proven')),
      })),
    ),
);

export const rolloutReads = {
  async rollout({ connection, tenant }: ReadPlace, id: RolloutId): Promise<Rollout | undefined> {
    const row = await oneRollout.first(connection, { tenant, id });
    return row && toRollout(row);
  },
  async rollouts({ connection, tenant }: ReadPlace, fleet: FleetId, page: PageRequest): Promise<Page<Rollout>> {
    const rows = rowsFor(page);
    const before = (page.after ?? afterEveryId) as RolloutId;
    const found = await rolloutsOfFleet.all(connection, { tenant, fleet, before, rows });
    return pageOf(found, rows, { item: toRollout, key: (row) => row.id });
  },
  async rolloutsReturning({ connection, tenant }: ReadPlace, returns: RolloutId): Promise<readonly Rollout[]> {
    return (await rolloutsReturning.all(connection, { tenant, returns })).map(toRollout);
  },
  async rolloutCounts(
    { connection, tenant }: ReadPlace,
    id: RolloutId,
    phases: number,
  ): Promise<readonly PhaseCounts[]> {
    const counts = new Array<PhaseCounts>(phases).fill(noCounts);
    for (const row of await countsOfRollout.all(connection, { tenant, rollout: id })) {
      if (row.phase < phases) counts[row.phase] = toCounts(row);
    }
    return counts;
  },
};

export const rolloutWrites = {
  async insertRollout({ connection, tenant }: WritePlace, rollout: Rollout): Promise<void> {
    await insertRollout.run(connection, fromRollout(tenant, rollout));
  },
  async updateRollout({ connection, tenant }: WritePlace, rollout: Rollout): Promise<boolean> {
    const row = { ...fromRollout(tenant, rollout), was: rollout.revision - 1 };
    return (await updateRollout.run(connection, row)) === 1;
  },
  async addCounts({ connection, tenant }: WritePlace, id: RolloutId, phase: number, delta: PhaseCounts): Promise<void> {
    await addCounts.run(connection, {
      tenant,
      rollout: id,
      phase,
      started: delta.started,
      open: delta.open,
      succeeded: delta.succeeded,
      failed: delta.failed,
      rolled_back: delta.rolledBack,
      neutral: delta.neutral,
      proven: delta.proven,
    });
  },
};

function toCounts(row: RolloutCountsRow): PhaseCounts {
  return {
    started: row.started,
    open: row.open,
    succeeded: row.succeeded,
    failed: row.failed,
    rolledBack: row.rolled_back,
    neutral: row.neutral,
    proven: row.proven,
  };
}

function fromRollout(tenant: TenantId, rollout: Rollout): RolloutRow {
  return {
    tenant,
    id: rollout.id,
    fleet: rollout.fleet,
    release: rollout.release,
    group_name: rollout.group,
    status: rollout.status,
    status_reason: rollout.statusReason,
    salt: rollout.salt,
    phases: JSON.stringify(rollout.phases),
    on_fail: rollout.onFail,
    max_attempts: rollout.maxAttempts,
    retry_backoff_ms: rollout.retryBackoffMs,
    policy: JSON.stringify(rollout.policy),
    returns: rollout.returns,
    created_by: rollout.createdBy,
    approved_by: JSON.stringify(rollout.approvedBy),
    created_at: rollout.createdAt,
    started_at: rollout.startedAt,
    ended_at: rollout.endedAt,
    revision: rollout.revision,
  };
}

function toRollout(row: RolloutRow): Rollout {
  return {
    id: row.id,
    fleet: row.fleet,
    release: row.release,
    group: row.group_name,
    status: row.status,
    statusReason: row.status_reason,
    salt: row.salt,
    phases: JSON.parse(row.phases),
    onFail: row.on_fail,
    maxAttempts: row.max_attempts,
    retryBackoffMs: row.retry_backoff_ms,
    policy: { ...defaultPolicy, ...JSON.parse(row.policy) },
    returns: row.returns,
    createdBy: row.created_by,
    approvedBy: JSON.parse(row.approved_by),
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    revision: row.revision,
  };
}
