import type { Migration } from '../migration.ts';

export const people: Migration = {
  version: 12,
  name: 'people',
  statements: () => [
    // Nobody is ever deleted: an id and a name are of one human being for good.
    `create table people (
      tenant text not null references tenants (id), id text not null, name text not null, body text not null,
      primary key (tenant, id))`,
    `create unique index people_by_name on people (tenant, name)`,
    `create table person_tokens (
      tenant text not null references tenants (id), id text not null, person text not null, hash text not null,
      created_at bigint not null, expires_at bigint not null, primary key (tenant, id))`,
    `create unique index person_tokens_by_hash on person_tokens (tenant, hash)`,
    `create index person_tokens_by_person on person_tokens (tenant, person, id)`,
    `create index person_tokens_by_expiry on person_tokens (tenant, expires_at)`,
  ],
};
