import { type FleetId, type Hold, type HoldId, limits } from '@fettle/model';
import type { ReadPlace, WritePlace } from './methods.ts';
import { query } from './query.ts';
import type { HoldRow } from './schema.ts';

const columns = [
  'tenant',
  'id',
  'fleet',
  'rollout',
  'expression',
  'reason',
  'held_by',
  'created_at',
  'expires_at',
] as const;

const holdsOfFleet = query<Pick<HoldRow, 'tenant' | 'fleet'>, HoldRow>((db, slot) =>
  db
    .selectFrom('holds')
    .select(columns)
    .where('tenant', '=', slot('tenant'))
    .where('fleet', '=', slot('fleet'))
    .orderBy('id')
    .limit(limits.holdsPerFleet),
);
const insertHold = query<HoldRow>((db, slot) => db.insertInto('holds').values(slot.all(columns)));
const deleteHold = query<Pick<HoldRow, 'tenant' | 'id'>>((db, slot) =>
  db.deleteFrom('holds').where('tenant', '=', slot('tenant')).where('id', '=', slot('id')),
);

export const holdReads = {
  async holds({ connection, tenant }: ReadPlace, fleet: FleetId): Promise<readonly Hold[]> {
    return (await holdsOfFleet.all(connection, { tenant, fleet })).map(toHold);
  },
};

export const holdWrites = {
  async insertHold({ connection, tenant }: WritePlace, hold: Hold): Promise<void> {
    await insertHold.run(connection, {
      tenant,
      id: hold.id,
      fleet: hold.fleet,
      rollout: hold.rollout,
      expression: hold.expression,
      reason: hold.reason,
      held_by: hold.heldBy,
      created_at: hold.createdAt,
      expires_at: hold.expiresAt,
    });
  },
  async deleteHold({ connection, tenant }: WritePlace, id: HoldId): Promise<void> {
    await deleteHold.run(connection, { tenant, id });
  },
};

function toHold(row: HoldRow): Hold {
  return {
    id: row.id,
    fleet: row.fleet,
    rollout: row.rollout,
    expression: row.expression,
    reason: row.reason,
    heldBy: row.held_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}
