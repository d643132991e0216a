import type { Migration } from '../migration.ts';

export const lookedAtAgain: Migration = {
  version: 14,
  name: 'when releases are looked at again, devices that say nothing',
  statements: () => [
    // Null: only when the data change.
    `alter table release_watches add column look_again_at bigint`,
    // Those that were looked at before have not said when a statement of VEX of theirs is over.
    `update release_watches set sets_key = ''`,
    `create index silent_devices on devices (tenant, fleet, status, id) where current = '{}'`,
  ],
};
