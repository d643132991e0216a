import type { Migration } from '../migration.ts';

export const trust: Migration = {
  version: 8,
  name: 'trust',
  statements: ({ narrow }) => [
    // Every version stays: a device that slept for years walks them all.
    `create table trust_files (
      tenant text not null references tenants (id), repository text not null, role text not null,
      version bigint not null, file text not null, created_at bigint not null,
      primary key (tenant, repository, role, version))`,
    `create table trust_changes (
      tenant text not null references tenants (id), id text not null, repository text not null, role text not null,
      version bigint not null, payload text not null, requested_by text not null, reason text not null,
      status text not null, created_at bigint not null, expires_at bigint not null, primary key (tenant, id))`,
    `create index trust_changes_by_status on trust_changes (tenant, status, id)`,
    `create table trust_signatures (
      tenant text not null, change text not null, key_id text not null, position bigint not null,
      signature text not null, signer text not null, meaning text not null, at bigint not null,
      primary key (tenant, change, key_id), foreign key (tenant, change) references trust_changes (tenant, id))`,
    `create table director_sets (
      tenant text not null, device text not null, version bigint not null, assignment text, targets text not null,
      snapshot text not null, timestamp text not null, expires_at bigint not null,
      primary key (tenant, device))${narrow}`,
  ],
};
