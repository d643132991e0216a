import type { Migration } from '../migration.ts';

export const checks: Migration = {
  version: 11,
  name: 'checks of releases',
  statements: () => [
    // What a fleet demands of releases; empty while it demands nothing.
    `alter table fleets add column release_policy text not null default ''`,
    // For which stages a release is cleared, and who has signed for it; empty while nobody asked.
    `alter table releases add column clearance text not null default ''`,
    `alter table releases add column approvals text not null default '[]'`,
    `create table release_checks (
      tenant text not null references tenants (id), id text not null, fleet text not null, version text not null,
      subject text not null, artifacts_key text not null, status text not null, created_at bigint not null,
      body text not null, primary key (tenant, id))`,
    `create index release_checks_by_fleet on release_checks (tenant, fleet, id)`,
    `create index release_checks_by_version on release_checks (tenant, fleet, version, id)`,
    `create index release_checks_by_status on release_checks (tenant, status, id)`,
    // Texts by digest; one may be evidence of several releases.
    `create table evidence (
      tenant text not null references tenants (id), digest text not null, kind text not null, media_type text not null,
      content text not null, created_at bigint not null, primary key (tenant, digest))`,
    // Vulnerability data that operators imported; the bytes are artifacts.
    `create table data_sets (
      tenant text not null references tenants (id), digest text not null, kind text not null, source text not null,
      published_at bigint not null, imported_at bigint not null, records bigint not null, envelope text not null,
      added_by text not null, primary key (tenant, digest))`,
    `create table waivers (
      tenant text not null references tenants (id), fleet text not null, digest text not null, envelope text not null,
      added_by text not null, created_at bigint not null, expires_at bigint not null, revoked_at bigint,
      primary key (tenant, fleet, digest))`,
  ],
};
