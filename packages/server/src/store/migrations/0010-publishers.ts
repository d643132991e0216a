import type { Migration } from '../migration.ts';

export const publishers: Migration = {
  version: 10,
  name: 'publishers',
  statements: ({ narrow }) => [
    `create table publishers (
      tenant text not null references tenants (id), name text not null, fleet text not null, publisher text not null,
      primary key (tenant, name), foreign key (tenant, fleet) references fleets (tenant, id))`,
    // ID tokens of issuers that were used, by the SHA-256 of their jti.
    `create table used_token_ids (
      tenant text not null references tenants (id), issuer text not null, token_id text not null,
      expires_at bigint not null, primary key (tenant, issuer, token_id))${narrow}`,
    `create index used_token_ids_by_end on used_token_ids (tenant, expires_at)`,
    `alter table operator_tokens add column expires_at bigint`,
    // JSON: the one fleet that the token publishes to, and the claims of the job that holds it.
    `alter table operator_tokens add column confinement text`,
    // Whose job holds it; null for tokens that people made.
    `alter table operator_tokens add column publisher text`,
    // Who could make tokens for anybody can name publishers: an administrator of today stays one.
    `update operator_tokens set permissions = replace(permissions, '"token.write"', '"token.write","publisher.write"')`,
    `create index operator_tokens_of_publisher on operator_tokens (tenant, publisher, expires_at)`,
    `alter table releases add column source text not null default ''`,
  ],
};
