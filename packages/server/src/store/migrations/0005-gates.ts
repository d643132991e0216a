import type { Migration } from '../migration.ts';

export const gates: Migration = {
  version: 5,
  name: 'gates',
  statements: ({ narrow }) => [
    `create table gate_states (
      tenant text not null, rollout text not null, state text not null,
      primary key (tenant, rollout), foreign key (tenant, rollout) references rollouts (tenant, id))`,
    `create table gate_totals (
      tenant text not null, rollout text not null, stratum text not null, control bigint not null,
      control_events bigint not null, started bigint not null, proven bigint not null,
      primary key (tenant, rollout, stratum), foreign key (tenant, rollout) references rollouts (tenant, id))${narrow}`,
    `create table gate_windows (
      tenant text not null, rollout text not null, device text not null, side text not null, stratum text not null,
      phase integer not null, started_at bigint not null, opened_at bigint not null, look_at bigint,
      taken text not null,
      primary key (tenant, rollout, device), foreign key (tenant, rollout) references rollouts (tenant, id))${narrow}`,
    `create index gate_windows_due on gate_windows (tenant, look_at) where look_at is not null`,
    `create index gate_windows_open on gate_windows (tenant, rollout, side, stratum, opened_at) where look_at is not null`,
    `create table gate_events (
      tenant text not null, rollout text not null, sequence bigint not null, device text not null,
      metric text not null, kind text not null, side text not null, stratum text not null, at bigint not null,
      started_at bigint, committed_at bigint, treated bigint not null, control bigint not null, value double precision,
      primary key (tenant, rollout, sequence), foreign key (tenant, rollout) references rollouts (tenant, id))`,
    // A device gives one event for failures and one for each metric.
    `create unique index gate_events_of_device on gate_events (tenant, rollout, device, metric)`,
    // Who has fallen silent is found without looking at the rest.
    `create index devices_by_last_seen on device_seen (tenant, last_seen_at, device)`,
  ],
};
