export {
  type ApprovalMethod,
  type ApprovalUse,
  approvalMethods,
  approvalPredicate,
  type MissingApproval,
  missingApprovals,
  type ReleaseApproval,
  type SignedRelease,
  type VoidApproval,
  whyVoid,
} from './approval.ts';
export { type Artifact, type ArtifactKind, artifactKinds, type ReleaseArtifact } from './artifact.ts';
export { type AuditEvent, type AuditVerb, auditVerbs, type NewAuditEvent } from './audit.ts';
export type { Brand, Instant } from './brand.ts';
export {
  type Finding,
  type ReleaseGate,
  releaseGates,
  type Severity,
  type Stage,
  severities,
  stages,
  type Verdict,
  verdicts,
} from './check.ts';
export { type Cron, type CronParse, firesOn, parseCron } from './cron.ts';
export { type DataSet, type DataSetKind, dataSetKinds } from './data-set.ts';
export {
  applyStatus,
  type Deployment,
  type DeploymentError,
  type DeploymentStatus,
  deploymentStatuses,
  deploymentTable,
  type ErrorClass,
  errorClasses,
  isFinal,
  type Report,
  type StatusOwner,
} from './deployment.ts';
export {
  type Attributes,
  type AttributeValue,
  type CurrentArtifact,
  type CurrentArtifacts,
  currentCounter,
  type Device,
  type DeviceAttempt,
  type DeviceStatus,
  deviceStatuses,
  type Tags,
} from './device.ts';
export { type ErrorCode, type ErrorDetails, errorCodes, FettleError } from './errors.ts';
export type { Fleet, FleetKey, Group } from './fleet.ts';
export { defaultGate, defaultSequentialGate, type GateMetric, type GatePlan, type SequentialGate } from './gate.ts';
export type { Filter } from './group.ts';
export { type Hold, type HoldId, holdId } from './hold.ts';
export {
  type ComponentName,
  componentName,
  type DeploymentId,
  type DeviceId,
  type DeviceType,
  type Digest,
  deploymentId,
  deviceId,
  deviceIdPattern,
  deviceType,
  digest,
  digestPattern,
  type FleetId,
  fleetId,
  type GroupName,
  groupName,
  isVersion,
  type KeyId,
  keyId,
  madeIdPattern,
  makeId,
  namePattern,
  type ReleaseId,
  type RolloutId,
  releaseId,
  rolloutId,
  type TenantId,
  tenantId,
  versionPattern,
} from './ids.ts';
export { type FoundImage, type ImagePlace, type ImageRule, imageRuleFor, nativeSignatureFor } from './image-rule.ts';
export { limits } from './limits.ts';
export { matchesAny, matchesPattern } from './matches-pattern.ts';
export {
  actorOfPerson,
  isPersonId,
  type Person,
  type PersonId,
  type PersonKey,
  type PersonStatus,
  type PersonToken,
  personId,
  personOfActor,
  personStatuses,
} from './person.ts';
export { type PlanProblem, phaseProblems, planProblems, policyProblems, problemText } from './plan-problems.ts';
export {
  type Budgets,
  type Demands,
  defaultPolicy,
  type FreezePeriod,
  type MaintenanceWindow,
  type Rate,
  type RolloutPolicy,
} from './policy.ts';
export { type PresetName, presetNames, presetPlan, presetSummaries } from './presets.ts';
export {
  type IssuerKeySource,
  type Publisher,
  type PublisherProvider,
  publisherProviders,
  type ReleaseSource,
} from './publisher.ts';
export { placeOf, type ReadinessAttribute, readinessAttributes, said } from './readiness.ts';
export { type Reason, type ReasonBasis, type ReasonCode, type ReasonOwner, reasonTable } from './reason.ts';
export {
  artifactsFor,
  type Manifest,
  type Release,
  type ReleaseStatus,
  type Requirement,
  releaseStatuses,
} from './release.ts';
export {
  type CheckedArtifact,
  type CheckId,
  type CheckRecord,
  type CheckStatus,
  type Clearance,
  checkId,
  checkStatuses,
  clearedFor,
  clearedStages,
  type EvidenceText,
  isCleared,
  isClearedFor,
  type ReleaseCheck,
  type StoredWaiver,
  type SuppliedDocument,
  type SuppliedKind,
  suppliedKinds,
} from './release-check.ts';
export {
  type ApprovalDemand,
  blockingSeverities,
  type FindingIdentity,
  type GateDemand,
  isStageOrder,
  type JudgedGate,
  type KeyDemand,
  type ReleasePolicy,
  type SeverityCounts,
  type StagePolicy,
  type StageVerdict,
  stageOfGroup,
} from './release-policy.ts';
export {
  type PolicyPreset,
  policyPresetSummaries,
  policyPresets,
  presetPolicy,
} from './release-policy-presets.ts';
export {
  type FailureThreshold,
  noCounts,
  type Phase,
  type PhaseCounts,
  type PhaseGate,
  type PhasePlan,
  type PhaseSize,
  type PhaseStatus,
  phaseStatuses,
  type Rollout,
  type RolloutPlan,
  type RolloutStatus,
  rolloutStatuses,
} from './rollout.ts';
export {
  type DirectorSet,
  isTopRole,
  type Repository,
  type RoleName,
  repositories,
  type TopRole,
  type TrustChange,
  type TrustChangeId,
  type TrustChangeStatus,
  type TrustFile,
  type TrustSignature,
  topRoles,
  trustChangeId,
  trustChangeStatuses,
} from './trust.ts';
export { fettleVersion } from './version.ts';
export { firstInstantAt, isZone, localAt } from './zone.ts';
