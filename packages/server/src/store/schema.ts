import type {
  AuditVerb,
  DeploymentId,
  DeploymentStatus,
  DeviceId,
  DeviceStatus,
  DeviceType,
  Digest,
  FleetId,
  GroupName,
  Instant,
  ReleaseId,
  ReleaseStatus,
  RolloutId,
  RolloutStatus,
  TenantId,
} from '@fettle/model';

/** JSON text: every database keeps it as plain text, so that the bytes that went in come out. */
export type Json = string;
/** 0 or 1. */
export type Flag = number;

export interface TenantRow {
  readonly id: TenantId;
  readonly created_at: Instant;
}
export interface InstallationRow {
  readonly name: string;
  readonly value: string;
}
export interface FleetRow {
  readonly tenant: TenantId;
  readonly id: FleetId;
  readonly device_types: Json;
  readonly keys: Json;
  readonly security_floor: number;
  readonly check_in_interval_ms: number;
  readonly created_at: Instant;
}
export interface GroupRow {
  readonly tenant: TenantId;
  readonly fleet: FleetId;
  readonly name: GroupName;
  readonly filter: Json;
}
export interface ClaimTokenRow {
  readonly tenant: TenantId;
  readonly id: string;
  readonly fleet: FleetId;
  readonly hash: string;
  readonly name: string;
  readonly uses_left: number;
  readonly expires_at: Instant | null;
  readonly revoked_at: Instant | null;
  readonly created_at: Instant;
}
export interface OperatorTokenRow {
  readonly tenant: TenantId;
  readonly id: string;
  readonly name: string;
  readonly hash: string;
  readonly permissions: Json;
  readonly created_at: Instant;
  readonly revoked_at: Instant | null;
}
export interface ArtifactRow {
  readonly tenant: TenantId;
  readonly digest: Digest;
  readonly size_bytes: number;
  readonly created_at: Instant;
}
export interface UploadRow {
  readonly tenant: TenantId;
  readonly id: string;
  readonly digest: Digest;
  readonly size_bytes: number;
  readonly received_bytes: number;
  readonly created_at: Instant;
}
export interface ReleaseRow {
  readonly tenant: TenantId;
  readonly id: ReleaseId;
  readonly fleet: FleetId;
  readonly version: string;
  readonly counter: number;
  readonly security_floor: number;
  readonly allow_downgrade: Flag;
  readonly status: ReleaseStatus;
  readonly published_at: Instant;
  readonly signed_by: Json;
  readonly notes: string;
  readonly artifacts: Json;
  readonly envelope: string;
}
/** Which artifacts a fleet's releases use; made from `releases.artifacts`. */
export interface ReleaseArtifactRow {
  readonly tenant: TenantId;
  readonly fleet: FleetId;
  readonly digest: Digest;
  readonly release: ReleaseId;
}
export interface RolloutRow {
  readonly tenant: TenantId;
  readonly id: RolloutId;
  readonly fleet: FleetId;
  readonly release: ReleaseId;
  readonly group_name: GroupName;
  readonly status: RolloutStatus;
  readonly status_reason: string;
  readonly salt: string;
  readonly phases: Json;
  readonly on_fail: 'pause' | 'abort';
  readonly max_attempts: number;
  readonly retry_backoff_ms: number;
  readonly created_at: Instant;
  readonly started_at: Instant | null;
  readonly ended_at: Instant | null;
  readonly revision: number;
}
export interface RolloutCountsRow {
  readonly tenant: TenantId;
  readonly rollout: RolloutId;
  readonly phase: number;
  readonly started: number;
  readonly open: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly rolled_back: number;
  readonly neutral: number;
}
export interface DeviceRow {
  readonly tenant: TenantId;
  readonly id: DeviceId;
  readonly fleet: FleetId;
  readonly type: DeviceType;
  readonly status: DeviceStatus;
  readonly public_key: string;
  readonly attributes: Json;
  readonly tags: Json;
  readonly current: Json;
  readonly open_deployment: DeploymentId | null;
  readonly attempts: Json;
  readonly enrolled_at: Instant;
}
export const deviceColumns = [
  'tenant',
  'id',
  'fleet',
  'type',
  'status',
  'public_key',
  'attributes',
  'tags',
  'current',
  'open_deployment',
  'attempts',
  'enrolled_at',
] as const;
/** Apart from `devices`, as it changes most: narrow rows keep the batches of last-seen times small. */
export interface DeviceSeenRow {
  readonly tenant: TenantId;
  readonly device: DeviceId;
  readonly last_seen_at: Instant | null;
}
/** Devices of a fleet by status, kept with every change, so that counting a million devices is one look-up. */
export interface DeviceCountsRow {
  readonly tenant: TenantId;
  readonly fleet: FleetId;
  readonly status: DeviceStatus;
  readonly devices: number;
}
export interface DeploymentRow {
  readonly tenant: TenantId;
  readonly id: DeploymentId;
  readonly fleet: FleetId;
  readonly device: DeviceId;
  readonly rollout: RolloutId;
  readonly release: ReleaseId;
  readonly phase: number;
  readonly attempt: number;
  readonly status: DeploymentStatus;
  readonly error: Json | null;
  readonly created_at: Instant;
  readonly changed_at: Instant;
  readonly deadline_at: Instant | null;
  readonly last_sequence: number;
}
export interface ReportRow {
  readonly tenant: TenantId;
  readonly deployment: DeploymentId;
  readonly sequence: number;
  readonly status: DeploymentStatus;
  readonly device_time: Instant | null;
  readonly error: Json | null;
  readonly detail: string;
  readonly received_at: Instant;
}
export interface AuditHeadRow {
  readonly tenant: TenantId;
  readonly last: number;
}
export interface AuditEventRow {
  readonly tenant: TenantId;
  readonly sequence: number;
  readonly at: Instant;
  readonly actor: string;
  readonly verb: AuditVerb;
  readonly object: string;
  readonly fleet: string | null;
  readonly before: string | null;
  readonly after: string | null;
  readonly reason: string;
}

/** Every table; but for `tenants` and `installation` each has its tenant first in its primary key. */
export interface Schema {
  tenants: TenantRow;
  installation: InstallationRow;
  fleets: FleetRow;
  groups: GroupRow;
  claim_tokens: ClaimTokenRow;
  operator_tokens: OperatorTokenRow;
  artifacts: ArtifactRow;
  uploads: UploadRow;
  releases: ReleaseRow;
  release_artifacts: ReleaseArtifactRow;
  rollouts: RolloutRow;
  rollout_counts: RolloutCountsRow;
  devices: DeviceRow;
  device_seen: DeviceSeenRow;
  device_counts: DeviceCountsRow;
  deployments: DeploymentRow;
  reports: ReportRow;
  audit_heads: AuditHeadRow;
  audit_events: AuditEventRow;
}
