import type { Brand, Instant } from './brand.ts';
import type { ReleaseGate, Stage } from './check.ts';
import { FettleError } from './errors.ts';
import { type ComponentName, type DeviceType, type Digest, type FleetId, madeIdPattern } from './ids.ts';
import type { ReleaseSource } from './publisher.ts';
import type { StageVerdict } from './release-policy.ts';

export type CheckId = Brand<string, 'CheckId'>;
const madeId = new RegExp(madeIdPattern);

/** @throws FettleError `invalid-id` */
export function checkId(text: string): CheckId {
  if (madeId.test(text)) return text as CheckId;
  throw new FettleError('invalid-id', `"${text.slice(0, 80)}" is not a check id: it must match ${madeIdPattern}.`);
}

/** An artifact that is to be part of a release, and what for. */
export interface CheckedArtifact {
  readonly deviceType: DeviceType;
  readonly component: ComponentName;
  readonly digest: Digest;
  readonly sizeBytes: number;
}

/** Kinds of documents that come with a release from outside. */
export const suppliedKinds = ['sbom', 'vex', 'provenance'] as const;
export type SuppliedKind = (typeof suppliedKinds)[number];

/** A document that came with the artifacts; its text is kept as evidence. */
export interface SuppliedDocument {
  readonly kind: SuppliedKind;
  readonly digest: Digest;
}

/** `queued` → `running` → `done`, or `failed` when the gates came to no end. */
export const checkStatuses = ['queued', 'running', 'done', 'failed'] as const;
export type CheckStatus = (typeof checkStatuses)[number];

/** Something that a check made and that is kept as evidence. */
export interface CheckRecord {
  /** `gate-reports`, `statement`, `summary`, or what a gate calls its document. */
  readonly kind: string;
  /** The artifact that it is about; null when it is about all of them. */
  readonly artifact: Digest | null;
  readonly gate: ReleaseGate | null;
  readonly mediaType: string;
  readonly digest: Digest;
  readonly sizeBytes: number;
}

/** One run of all gates over the artifacts of a release that is to be. */
export interface ReleaseCheck {
  readonly id: CheckId;
  readonly fleet: FleetId;
  readonly version: string;
  readonly artifacts: readonly CheckedArtifact[];
  readonly supplied: readonly SuppliedDocument[];
  /** Hex SHA-256 of what was asked: fleet, version, artifacts, supplied documents. */
  readonly subject: string;
  readonly status: CheckStatus;
  /** Why it stands so, in one sentence. */
  readonly statusReason: string;
  /** Hex SHA-256 of the policy that the verdicts are by. */
  readonly policyDigest: string;
  /** The waivers that counted, by digest, sorted. */
  readonly waivers: readonly Digest[];
  /** Empty until it is done. */
  readonly stages: readonly StageVerdict[];
  readonly records: readonly CheckRecord[];
  readonly requestedBy: string;
  /** The job of CI that asked for it; null when a person did. */
  readonly source: ReleaseSource | null;
  readonly createdAt: Instant;
  readonly startedAt: Instant | null;
  readonly endedAt: Instant | null;
}

/** Whether a release may go to a stage, as it was judged last. */
export interface Clearance {
  readonly check: CheckId;
  readonly policyDigest: string;
  readonly stages: readonly StageVerdict[];
  readonly at: Instant;
}

/** A text that is kept with the releases it speaks of: SBOM, statement, report, bundle. Immutable. */
export interface EvidenceText {
  readonly digest: Digest;
  readonly kind: string;
  readonly mediaType: string;
  readonly text: string;
}

/** A signed exception as it is kept. */
export interface StoredWaiver {
  /** Hex SHA-256 of the envelope. */
  readonly digest: Digest;
  readonly fleet: FleetId;
  /** The DSSE envelope, verbatim. */
  readonly envelope: string;
  readonly addedBy: string;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
  readonly revokedAt: Instant | null;
}

/** What gates made of a release, for each stage of the policy. */
type Judged = { readonly stages: readonly Pick<StageVerdict, 'stage' | 'verdict'>[] };

/** The stages that a release, or a check of one, is cleared for; mildest first. */
export function clearedStages({ stages }: Judged): Stage[] {
  return stages.filter(({ verdict }) => verdict === 'pass').map(({ stage }) => stage);
}

/** Whether a release, or a check of one, is cleared for any stage: before that it is not published. */
export function isCleared(judged: Judged): boolean {
  return clearedStages(judged).length > 0;
}

/** Whether a release is cleared for this stage; never judged for it is no. */
export function isClearedFor(clearance: Judged | undefined, stage: Stage): boolean {
  return clearance !== undefined && clearedStages(clearance).includes(stage);
}

/** The verdict on a release for one stage; undefined when it was never judged for it. */
export function clearedFor(clearance: Clearance | undefined, stage: Stage): StageVerdict | undefined {
  return clearance?.stages.find((one) => one.stage === stage);
}
