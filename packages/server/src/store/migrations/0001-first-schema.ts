import type { Migration } from '../migration.ts';

export const firstSchema: Migration = {
  version: 1,
  name: 'first schema',
  statements: ({ narrow }) => [
    `create table tenants (id text not null primary key, created_at bigint not null)`,
    `create table installation (name text not null primary key, value text not null)`,

    `create table fleets (
      tenant text not null references tenants (id), id text not null,
      device_types text not null, keys text not null, security_floor bigint not null,
      check_in_interval_ms bigint not null, created_at bigint not null,
      primary key (tenant, id))`,
    `create table groups (
      tenant text not null, fleet text not null, name text not null, filter text not null,
      primary key (tenant, fleet, name), foreign key (tenant, fleet) references fleets (tenant, id))`,
    `create table claim_tokens (
      tenant text not null, id text not null, fleet text not null, hash text not null, name text not null,
      uses_left bigint not null, expires_at bigint, revoked_at bigint, created_at bigint not null,
      primary key (tenant, id), unique (tenant, hash), foreign key (tenant, fleet) references fleets (tenant, id))`,
    `create index claim_tokens_of_fleet on claim_tokens (tenant, fleet, id)`,
    `create table operator_tokens (
      tenant text not null references tenants (id), id text not null, name text not null, hash text not null unique,
      permissions text not null, created_at bigint not null, revoked_at bigint,
      primary key (tenant, id))`,

    `create table artifacts (
      tenant text not null references tenants (id), digest text not null, size_bytes bigint not null,
      created_at bigint not null, primary key (tenant, digest))`,
    `create table uploads (
      tenant text not null references tenants (id), id text not null, digest text not null, size_bytes bigint not null,
      received_bytes bigint not null, created_at bigint not null, primary key (tenant, id))`,

    `create table releases (
      tenant text not null, id text not null, fleet text not null, version text not null, counter bigint not null,
      security_floor bigint not null, allow_downgrade integer not null, status text not null,
      published_at bigint not null, signed_by text not null, notes text not null, artifacts text not null,
      envelope text not null,
      primary key (tenant, id), unique (tenant, fleet, version), unique (tenant, fleet, counter),
      foreign key (tenant, fleet) references fleets (tenant, id))`,
    `create table release_artifacts (
      tenant text not null, fleet text not null, digest text not null, release text not null,
      primary key (tenant, fleet, digest, release), foreign key (tenant, release) references releases (tenant, id))${narrow}`,

    `create table rollouts (
      tenant text not null, id text not null, fleet text not null, release text not null, group_name text not null,
      status text not null, status_reason text not null, salt text not null, phases text not null,
      on_fail text not null, max_attempts bigint not null, retry_backoff_ms bigint not null,
      created_at bigint not null, started_at bigint, ended_at bigint, revision bigint not null,
      primary key (tenant, id), foreign key (tenant, fleet) references fleets (tenant, id),
      foreign key (tenant, release) references releases (tenant, id))`,
    `create index rollouts_of_fleet on rollouts (tenant, fleet, id)`,
    `create table rollout_counts (
      tenant text not null, rollout text not null, phase integer not null, started bigint not null,
      open bigint not null, succeeded bigint not null, failed bigint not null, rolled_back bigint not null,
      neutral bigint not null,
      primary key (tenant, rollout, phase), foreign key (tenant, rollout) references rollouts (tenant, id))${narrow}`,

    `create table devices (
      tenant text not null, id text not null, fleet text not null, type text not null, status text not null,
      public_key text not null, attributes text not null, tags text not null, current text not null,
      open_deployment text, attempts text not null, enrolled_at bigint not null,
      primary key (tenant, id), foreign key (tenant, fleet) references fleets (tenant, id))`,
    `create index devices_of_fleet on devices (tenant, fleet, id)`,
    `create index devices_by_status on devices (tenant, fleet, status, id)`,
    `create table device_seen (
      tenant text not null, device text not null, last_seen_at bigint, primary key (tenant, device))${narrow}`,
    `create table device_counts (
      tenant text not null, fleet text not null, status text not null, devices bigint not null,
      primary key (tenant, fleet, status))${narrow}`,

    // Deployments outlive their device: they are the evidence of what was done to it.
    `create table deployments (
      tenant text not null, id text not null, fleet text not null, device text not null, rollout text not null,
      release text not null, phase integer not null, attempt integer not null, status text not null, error text,
      created_at bigint not null, changed_at bigint not null, deadline_at bigint, last_sequence bigint not null,
      primary key (tenant, id), foreign key (tenant, rollout) references rollouts (tenant, id))`,
    `create index deployments_of_device on deployments (tenant, device, id)`,
    `create index deployments_of_rollout on deployments (tenant, rollout, id)`,
    `create index deployments_by_deadline on deployments (tenant, deadline_at, id) where deadline_at is not null`,
    `create table reports (
      tenant text not null, deployment text not null, sequence bigint not null, status text not null,
      device_time bigint, error text, detail text not null, received_at bigint not null,
      primary key (tenant, deployment, sequence),
      foreign key (tenant, deployment) references deployments (tenant, id))`,

    `create table audit_heads (
      tenant text not null primary key references tenants (id), last bigint not null)`,
    `create table audit_events (
      tenant text not null references tenants (id), sequence bigint not null, at bigint not null, actor text not null,
      verb text not null, object text not null, fleet text, before text, after text, reason text not null,
      primary key (tenant, sequence))`,
    `create index audit_events_of_fleet on audit_events (tenant, fleet, sequence)`,
    `create index audit_events_of_object on audit_events (tenant, object, sequence)`,
  ],
};
