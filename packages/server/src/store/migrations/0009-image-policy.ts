import type { Migration } from '../migration.ts';

export const imagePolicy: Migration = {
  version: 9,
  name: 'image policy',
  statements: () => [
    `alter table fleets add column image_policy text not null default '[]'`,
    // What was found in the images of a release when it was published.
    `alter table releases add column images text not null default '[]'`,
  ],
};
