import type { StoredSearch } from '@fettle/control';
import type { RolloutId } from '@fettle/model';
import type { ReadPlace, WritePlace } from './methods.ts';
import { query } from './query.ts';
import type { SegmentSearchRow } from './schema.ts';

const searchOf = query<Pick<SegmentSearchRow, 'tenant' | 'rollout'>, Pick<SegmentSearchRow, 'search'>>((db, slot) =>
  db
    .selectFrom('segment_searches')
    .select('search')
    .where('tenant', '=', slot('tenant'))
    .where('rollout', '=', slot('rollout')),
);
const saveSearch = query<SegmentSearchRow>((db, slot) =>
  db
    .insertInto('segment_searches')
    .values(slot.all(['tenant', 'rollout', 'search']))
    .onConflict((conflict) => conflict.columns(['tenant', 'rollout']).doUpdateSet({ search: slot('search') })),
);

export const segmentReads = {
  async segmentSearch({ connection, tenant }: ReadPlace, rollout: RolloutId): Promise<StoredSearch | undefined> {
    const row = await searchOf.first(connection, { tenant, rollout });
    return row && JSON.parse(row.search);
  },
};

export const segmentWrites = {
  async saveSegmentSearch({ connection, tenant }: WritePlace, search: StoredSearch): Promise<void> {
    await saveSearch.run(connection, { tenant, rollout: search.rollout, search: JSON.stringify(search) });
  },
};
