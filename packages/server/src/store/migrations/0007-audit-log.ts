import type { Migration } from '../migration.ts';

/** What the log has been told is never changed, and only these tables can be: all others of it refuse. */
export const auditLog: Migration = {
  version: 7,
  name: 'audit log',
  statements: ({ narrow, frozen }) => [
    `create table audit_logs (
      tenant text not null references tenants (id), log integer not null, origin text not null unique,
      vkey text not null, base bigint not null, began_at bigint not null, primary key (tenant, log))`,
    ...frozen('audit_logs', ['tenant', 'log', 'origin', 'vkey', 'base', 'began_at']),
    `create table audit_log_entries (
      tenant text not null, log integer not null, idx bigint not null, entry text not null, leaf text not null,
      primary key (tenant, log, idx), foreign key (tenant, log) references audit_logs (tenant, log))${narrow}`,
    ...frozen('audit_log_entries', ['tenant', 'log', 'idx', 'entry', 'leaf']),
    `create table audit_log_tiles (
      tenant text not null, log integer not null, level integer not null, idx bigint not null, hashes text not null,
      root text not null,
      primary key (tenant, log, level, idx), foreign key (tenant, log) references audit_logs (tenant, log))`,
    ...frozen('audit_log_tiles', ['tenant', 'log', 'level', 'idx', 'hashes', 'root']),

    // Of the events themselves only what may name people can be erased.
    ...frozen('audit_events', ['tenant', 'sequence', 'at', 'verb', 'object', 'fleet', 'before', 'after']),
    `create table audit_salts (
      tenant text not null, sequence bigint not null, field text not null, salt text not null,
      primary key (tenant, sequence, field))${narrow}`,

    // Signed by the log and by witnesses: older ones are of no use, whoever changes one is found.
    `create table audit_log_checkpoints (
      tenant text not null, log integer not null, size bigint not null, note text not null, signed_at bigint not null,
      primary key (tenant, log, size), foreign key (tenant, log) references audit_logs (tenant, log))`,
    `create table audit_log_cosignatures (
      tenant text not null, log integer not null, size bigint not null, witness text not null, line text not null,
      primary key (tenant, log, size, witness),
      foreign key (tenant, log, size) references audit_log_checkpoints (tenant, log, size))`,
  ],
};
