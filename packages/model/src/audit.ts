import type { Instant } from './brand.ts';

/** Every kind of audit event: object and verb. */
export const auditVerbs = [
  'tenant.created',
  'token.created',
  'token.revoked',
  'publisher.saved',
  'publisher.removed',
  'publisher.token-issued',
  'publisher.token-refused',
  'fleet.created',
  'fleet.changed',
  'fleet.key-added',
  'fleet.key-removed',
  'group.saved',
  'group.deleted',
  'claim-token.created',
  'claim-token.revoked',
  'artifact.uploaded',
  'release.published',
  'release.refused',
  'release.revoked',
  'release.rejudged',
  'release.vulnerable',
  'vulnerability.aware',
  'data-set.added',
  'data-set.removed',
  'data-set.signed',
  'fleet.policy-changed',
  'fleet.policy-weakened',
  'check.requested',
  'check.done',
  'check.failed',
  'waiver.added',
  'waiver.revoked',
  'release.approved',
  'release.approval-withdrawn',
  'release.approval-void',
  'release.approval-restored',
  'person.created',
  'person.changed',
  'person.role-given',
  'person.disabled',
  'person.enabled',
  'person.locked',
  'person.logged-in',
  'person.password-changed',
  'person.password-reset',
  'person.key-registered',
  'rollout.created',
  'rollout.started',
  'rollout.paused',
  'rollout.resumed',
  'rollout.aborted',
  'rollout.completed',
  'rollout.phase-opened',
  'rollout.phase-passed',
  'rollout.phase-failed',
  'rollout.phase-undecided',
  'rollout.promoted',
  'rollout.approved',
  'rollout.held',
  'rollout.unheld',
  'device.enrolled',
  'device.accepted',
  'device.rejected',
  'device.quarantined',
  'device.removed',
  'device.tagged',
  'deployment.offered',
  'deployment.ended',
  'trust.change-requested',
  'trust.change-signed',
  'trust.change-withdrawn',
  'trust.published',
  'trust.refreshed',
  'director.signed',
  'call.refused',
  'audit.erased',
  'audit.restarted',
] as const;
export type AuditVerb = (typeof auditVerbs)[number];

/** One append-only entry: actor, verb, object, digests before and after, reason. */
export interface AuditEvent {
  /** Position in the tenant's log, from 1, without gaps. */
  readonly sequence: number;
  readonly at: Instant;
  /** `operator:NAME`, `publisher:NAME`, `device:ID`, `rollout:ID` (by itself) or `server`. */
  readonly actor: string;
  readonly verb: AuditVerb;
  /** `fleet/ID`, `release/ID`, `rollout/ID`, `device/ID` … */
  readonly object: string;
  readonly fleet: string | null;
  /** SHA-256 of the object's JSON before and after the act; null where there was or is none. */
  readonly before: string | null;
  readonly after: string | null;
  readonly reason: string;
}

/** What a caller says of an event; the log adds sequence and time. */
export type NewAuditEvent = Omit<AuditEvent, 'sequence' | 'at' | 'actor'>;
