import type { Migration } from '../migration.ts';

export const segments: Migration = {
  version: 6,
  name: 'segments',
  statements: () => [
    // What was found last: evidence beside the verdict, replaced as more devices report.
    `create table segment_searches (
      tenant text not null, rollout text not null, search text not null,
      primary key (tenant, rollout), foreign key (tenant, rollout) references rollouts (tenant, id))`,
  ],
};
