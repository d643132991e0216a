import type { Migration } from '../migration.ts';

export const duties: Migration = {
  version: 4,
  name: 'duties',
  statements: () => [
    // Of the installation, not of a tenant: which process does what only one may do, and for the how-manieth time.
    `create table duties (
      name text not null primary key, term bigint not null, holder text not null, renewed_at bigint not null)`,
  ],
};
