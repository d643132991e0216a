import type { Start } from '@fettle/control';
import type { RolloutId } from '@fettle/model';
import type { ReadPlace, WritePlace } from './methods.ts';
import { query } from './query.ts';
import type { RolloutStartsRow } from './schema.ts';

type StartKey = Pick<RolloutStartsRow, 'tenant' | 'rollout'>;

const startsSince = query<StartKey & { from: number }, Start>((db, slot) =>
  db
    .selectFrom('rollout_starts')
    .select(['minute', 'devices', 'bytes'])
    .where('tenant', '=', slot('tenant'))
    .where('rollout', '=', slot('rollout'))
    .where('minute', '>=', slot('from')),
);
const addStart = query<RolloutStartsRow>((db, slot) =>
  db
    .insertInto('rollout_starts')
    .values(slot.all(['tenant', 'rollout', 'minute', 'devices', 'bytes']))
    .onConflict((conflict) =>
      conflict.columns(['tenant', 'rollout', 'minute']).doUpdateSet((row) => ({
        devices: row('rollout_starts.devices', '+', row.ref('excluded.devices')),
        bytes: row('rollout_starts.bytes', '+', row.ref('excluded.bytes')),
      })),
    ),
);
/** What is older is not looked at again. */
const forgetStarts = query<StartKey & { before: number }>((db, slot) =>
  db
    .deleteFrom('rollout_starts')
    .where('tenant', '=', slot('tenant'))
    .where('rollout', '=', slot('rollout'))
    .where('minute', '<', slot('before')),
);

/** Minutes that are kept: what the slowest rate looks back, and some room for a clock that was set back. */
const keptMinutes = 2 * 24 * 60;

export const startReads = {
  rolloutStarts({ connection, tenant }: ReadPlace, rollout: RolloutId, from: number): Promise<readonly Start[]> {
    return startsSince.all(connection, { tenant, rollout, from });
  },
};

export const startWrites = {
  async addStart({ connection, tenant }: WritePlace, rollout: RolloutId, start: Start): Promise<void> {
    await addStart.run(connection, { tenant, rollout, ...start });
    await forgetStarts.run(connection, { tenant, rollout, before: start.minute - keptMinutes });
  },
};
