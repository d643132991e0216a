import type { Migration } from '../migration.ts';

export const plans: Migration = {
  version: 2,
  name: 'plans, holds, places',
  statements: ({ narrow }) => [
    `alter table fleets add column freezes text not null default '[]'`,
    `alter table releases add column must_pass_through integer not null default 0`,
    `alter table releases add column requires text not null default '[]'`,
    `create index stepping_stones on releases (tenant, fleet, counter) where must_pass_through = 1`,
    `alter table rollouts add column policy text not null default '{}'`,
    `alter table rollouts add column returns text`,
    `create index rollouts_returning on rollouts (tenant, returns) where returns is not null`,
    `alter table rollouts add column created_by text not null default ''`,
    `alter table rollouts add column approved_by text not null default '[]'`,
    `alter table rollout_counts add column proven bigint not null default 0`,

    // A deployment is open exactly as long as it has a deadline.
    `alter table deployments add column counter_before bigint not null default 0`,
    `alter table deployments add column site text`,
    `alter table deployments add column pair text`,
    `create index deployments_open_at_site on deployments (tenant, fleet, site) where deadline_at is not null and site is not null`,
    `create index deployments_open_of_pair on deployments (tenant, fleet, pair) where deadline_at is not null and pair is not null`,

    `create table rollout_starts (
      tenant text not null, rollout text not null, minute bigint not null, devices bigint not null,
      bytes bigint not null,
      primary key (tenant, rollout, minute), foreign key (tenant, rollout) references rollouts (tenant, id))${narrow}`,
    `create table holds (
      tenant text not null, id text not null, fleet text not null, rollout text, expression text not null,
      reason text not null, held_by text not null, created_at bigint not null, expires_at bigint not null,
      primary key (tenant, id), foreign key (tenant, fleet) references fleets (tenant, id))`,
    `create index holds_of_fleet on holds (tenant, fleet, id)`,
    `create table notices_told (
      tenant text not null primary key references tenants (id), last bigint not null)`,
  ],
};
