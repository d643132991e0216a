import type { GateEventKind, Side } from '@fettle/control';
import type {
  AuditVerb,
  CheckId,
  CheckStatus,
  ComponentName,
  DeploymentId,
  DeploymentStatus,
  DeviceId,
  DeviceStatus,
  DeviceType,
  Digest,
  FleetId,
  GroupName,
  HoldId,
  Instant,
  KeyId,
  PersonId,
  ReleaseId,
  ReleaseStatus,
  Repository,
  RoleName,
  RolloutId,
  RolloutStatus,
  Severity,
  TenantId,
  TrustChangeId,
  TrustChangeStatus,
} from '@fettle/model';
import type { CommittedField } from '@fettle/trust';

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
  readonly freezes: Json;
  readonly image_policy: Json;
  /** Empty while nothing is demanded. */
  readonly release_policy: Json;
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
  readonly expires_at: Instant | null;
  readonly confinement: Json | null;
  readonly publisher: string | null;
}
export interface PublisherRow {
  readonly tenant: TenantId;
  readonly name: string;
  readonly fleet: FleetId;
  readonly publisher: Json;
}
/** An ID token that was exchanged; kept until it would be refused as expired. */
export interface UsedTokenIdRow {
  readonly tenant: TenantId;
  readonly issuer: string;
  readonly token_id: string;
  readonly expires_at: Instant;
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
  readonly must_pass_through: Flag;
  readonly requires: Json;
  readonly status: ReleaseStatus;
  readonly published_at: Instant;
  readonly signed_by: Json;
  readonly notes: string;
  readonly artifacts: Json;
  readonly envelope: string;
  readonly images: Json;
  /** Empty while no gate was asked. */
  readonly clearance: Json;
  readonly approvals: Json;
  /** JSON; empty when no job of CI published it. */
  readonly source: Json;
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
  readonly policy: Json;
  readonly returns: RolloutId | null;
  readonly created_by: string;
  readonly approved_by: Json;
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
  readonly proven: number;
}
/** What a rollout started in one minute: the newest sixty are its last hour. */
export interface RolloutStartsRow {
  readonly tenant: TenantId;
  readonly rollout: RolloutId;
  /** Minutes since 1970. */
  readonly minute: number;
  readonly devices: number;
  readonly bytes: number;
}
export interface SegmentSearchRow {
  readonly tenant: TenantId;
  readonly rollout: RolloutId;
  readonly search: Json;
}
export interface HoldRow {
  readonly tenant: TenantId;
  readonly id: HoldId;
  readonly fleet: FleetId;
  readonly rollout: RolloutId | null;
  readonly expression: string;
  readonly reason: string;
  readonly held_by: string;
  readonly created_at: Instant;
  readonly expires_at: Instant;
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
/** Tags of devices, found by their values; made from `devices.tags`. */
export interface DeviceTagRow {
  readonly tenant: TenantId;
  readonly fleet: FleetId;
  readonly name: string;
  /** JSON text, as in `devices.tags`. */
  readonly value: Json;
  readonly device: DeviceId;
}
/** Attributes and tags that accepted devices of a fleet have had at any time. */
export interface FleetNameRow {
  readonly tenant: TenantId;
  readonly fleet: FleetId;
  readonly kind: 'attribute' | 'tag';
  readonly name: string;
  readonly type: 'string' | 'number' | 'boolean';
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
  readonly counter_before: number;
  /** Where the device stood and with whom it was paired when it was offered. */
  readonly site: string | null;
  readonly pair: string | null;
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
export interface GateStateRow {
  readonly tenant: TenantId;
  readonly rollout: RolloutId;
  readonly state: Json;
}
export interface GateTotalsRow {
  readonly tenant: TenantId;
  readonly rollout: RolloutId;
  readonly stratum: string;
  readonly control: number;
  readonly control_events: number;
  readonly started: number;
  readonly proven: number;
}
export interface GateWindowRow {
  readonly tenant: TenantId;
  readonly rollout: RolloutId;
  readonly device: DeviceId;
  readonly side: Side | 'given-up';
  readonly stratum: string;
  readonly phase: number;
  readonly started_at: Instant;
  readonly opened_at: Instant;
  readonly look_at: Instant | null;
  readonly taken: Json;
}
export interface GateEventRow {
  readonly tenant: TenantId;
  readonly rollout: RolloutId;
  readonly sequence: number;
  readonly device: DeviceId;
  readonly metric: string;
  readonly kind: GateEventKind;
  readonly side: Side;
  readonly stratum: string;
  readonly at: Instant;
  readonly started_at: Instant | null;
  readonly committed_at: Instant | null;
  readonly treated: number;
  readonly control: number;
  readonly value: number | null;
}
export interface AuditHeadRow {
  readonly tenant: TenantId;
  readonly last: number;
}
/** How far the receiver of notices has been told. */
export interface NoticesToldRow {
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

export interface ReleaseCheckRow {
  readonly tenant: TenantId;
  readonly id: CheckId;
  readonly fleet: FleetId;
  readonly version: string;
  readonly subject: string;
  /** Its artifacts in one text. */
  readonly artifacts_key: string;
  readonly status: CheckStatus;
  readonly created_at: Instant;
  readonly body: Json;
}
export interface EvidenceRow {
  readonly tenant: TenantId;
  readonly digest: Digest;
  readonly kind: string;
  readonly media_type: string;
  readonly content: string;
  readonly created_at: Instant;
}
export interface DataSetRow {
  readonly tenant: TenantId;
  readonly digest: Digest;
  readonly kind: string;
  readonly source: string;
  readonly published_at: Instant;
  readonly imported_at: Instant;
  readonly records: number;
  readonly envelope: string;
  readonly added_by: string;
}
export interface WaiverRow {
  readonly tenant: TenantId;
  readonly fleet: FleetId;
  readonly digest: Digest;
  readonly envelope: string;
  readonly added_by: string;
  readonly created_at: Instant;
  readonly expires_at: Instant;
  readonly revoked_at: Instant | null;
}

export interface ReleaseComponentRow {
  readonly tenant: TenantId;
  readonly release: ReleaseId;
  readonly artifact: Digest;
  readonly position: number;
  readonly body: Json;
}
/** What a component of a release is found by. */
export interface ReleaseComponentKeyRow {
  readonly tenant: TenantId;
  readonly name: string;
  readonly release: ReleaseId;
  readonly artifact: Digest;
  readonly position: number;
}
export interface ReleaseWatchRow {
  readonly tenant: TenantId;
  readonly release: ReleaseId;
  readonly fleet: FleetId;
  readonly sets_key: string;
  readonly components: number;
  readonly found_critical: number;
  readonly report: Json;
  readonly at: Instant;
  readonly look_again_at: Instant | null;
}
export interface ReleaseFindingRow {
  readonly tenant: TenantId;
  readonly release: ReleaseId;
  readonly artifact: Digest;
  readonly vulnerability: string;
  readonly component: string;
  readonly is_open: number;
  readonly severity: Severity;
  readonly vex: string;
  readonly found_at: Instant;
}
export interface VulnerabilityAwarenessRow {
  readonly tenant: TenantId;
  readonly vulnerability: string;
  readonly at: Instant;
  readonly said_by: string;
  readonly reason: string;
}
/** Something that devices run as a component; which devices is in `device_running`. */
export interface RunningRow {
  readonly tenant: TenantId;
  readonly id: string;
  readonly fleet: FleetId;
  readonly component: ComponentName;
  readonly digest: Digest;
  readonly counter: number;
  readonly type: DeviceType;
  /** JSON text of the tag or attribute `country`; empty when there is none. */
  readonly country: string;
}
export interface DeviceRunningRow {
  readonly tenant: TenantId;
  readonly running: string;
  readonly device: DeviceId;
}

export interface PersonRow {
  readonly tenant: TenantId;
  readonly id: PersonId;
  readonly name: string;
  readonly body: Json;
}
export interface PersonTokenRow {
  readonly tenant: TenantId;
  readonly id: string;
  readonly person: PersonId;
  readonly hash: string;
  readonly created_at: Instant;
  readonly expires_at: Instant;
}

export interface TrustFileRow {
  readonly tenant: TenantId;
  readonly repository: Repository;
  readonly role: RoleName;
  readonly version: number;
  readonly file: string;
  readonly created_at: Instant;
}
export interface TrustChangeRow {
  readonly tenant: TenantId;
  readonly id: TrustChangeId;
  readonly repository: Repository;
  readonly role: RoleName;
  readonly version: number;
  readonly payload: string;
  readonly requested_by: string;
  readonly reason: string;
  readonly status: TrustChangeStatus;
  readonly created_at: Instant;
  readonly expires_at: Instant;
}
export interface TrustSignatureRow {
  readonly tenant: TenantId;
  readonly change: TrustChangeId;
  readonly key_id: KeyId;
  readonly position: number;
  readonly signature: string;
  readonly signer: string;
  readonly meaning: string;
  readonly at: Instant;
}
export interface DirectorSetRow {
  readonly tenant: TenantId;
  readonly device: DeviceId;
  readonly version: number;
  readonly assignment: DeploymentId | null;
  readonly targets: string;
  readonly snapshot: string;
  readonly timestamp: string;
  readonly expires_at: Instant;
}

/** A Merkle log over audit events. Hashes are base64. */
export interface AuditLogRow {
  readonly tenant: TenantId;
  readonly log: number;
  readonly origin: string;
  readonly vkey: string;
  readonly base: number;
  readonly began_at: Instant;
}
export interface AuditLogEntryRow {
  readonly tenant: TenantId;
  readonly log: number;
  readonly idx: number;
  readonly entry: Json;
  readonly leaf: string;
}
export interface AuditLogTileRow {
  readonly tenant: TenantId;
  readonly log: number;
  readonly level: number;
  readonly idx: number;
  readonly hashes: string;
  readonly root: string;
}
export interface AuditLogCheckpointRow {
  readonly tenant: TenantId;
  readonly log: number;
  readonly size: number;
  readonly note: string;
  readonly signed_at: Instant;
}
export interface AuditLogCosignatureRow {
  readonly tenant: TenantId;
  readonly log: number;
  readonly size: number;
  readonly witness: string;
  readonly line: string;
}
/** What commitments in the log are opened with; erasing an event's texts deletes them. */
export interface AuditSaltRow {
  readonly tenant: TenantId;
  readonly sequence: number;
  readonly field: CommittedField;
  readonly salt: string;
}

/** Who does what only one process of the installation may do at a time. */
export interface DutyRow {
  readonly name: string;
  /** Counts up with each process that takes the duty over. */
  readonly term: number;
  readonly holder: string;
  readonly renewed_at: Instant;
}

/** Every table; but for `tenants`, `installation` and `duties` each has its tenant first in its primary key. */
export interface Schema {
  tenants: TenantRow;
  installation: InstallationRow;
  duties: DutyRow;
  fleets: FleetRow;
  groups: GroupRow;
  claim_tokens: ClaimTokenRow;
  operator_tokens: OperatorTokenRow;
  publishers: PublisherRow;
  used_token_ids: UsedTokenIdRow;
  artifacts: ArtifactRow;
  uploads: UploadRow;
  releases: ReleaseRow;
  release_artifacts: ReleaseArtifactRow;
  rollouts: RolloutRow;
  rollout_counts: RolloutCountsRow;
  rollout_starts: RolloutStartsRow;
  holds: HoldRow;
  segment_searches: SegmentSearchRow;
  devices: DeviceRow;
  device_seen: DeviceSeenRow;
  device_counts: DeviceCountsRow;
  device_tags: DeviceTagRow;
  fleet_names: FleetNameRow;
  deployments: DeploymentRow;
  reports: ReportRow;
  gate_states: GateStateRow;
  gate_totals: GateTotalsRow;
  gate_windows: GateWindowRow;
  gate_events: GateEventRow;
  audit_heads: AuditHeadRow;
  audit_events: AuditEventRow;
  audit_logs: AuditLogRow;
  audit_log_entries: AuditLogEntryRow;
  audit_log_tiles: AuditLogTileRow;
  audit_log_checkpoints: AuditLogCheckpointRow;
  audit_log_cosignatures: AuditLogCosignatureRow;
  audit_salts: AuditSaltRow;
  notices_told: NoticesToldRow;
  trust_files: TrustFileRow;
  trust_changes: TrustChangeRow;
  trust_signatures: TrustSignatureRow;
  director_sets: DirectorSetRow;
  release_checks: ReleaseCheckRow;
  evidence: EvidenceRow;
  data_sets: DataSetRow;
  waivers: WaiverRow;
  release_components: ReleaseComponentRow;
  release_component_keys: ReleaseComponentKeyRow;
  release_watches: ReleaseWatchRow;
  release_findings: ReleaseFindingRow;
  vulnerability_awareness: VulnerabilityAwarenessRow;
  running: RunningRow;
  device_running: DeviceRunningRow;
  people: PersonRow;
  person_tokens: PersonTokenRow;
}
