export { bindStore } from './access/bind.ts';
export { demandReach } from './access/confine.ts';
export {
  authenticateOperator,
  createOperatorToken,
  ensureBootstrapToken,
  listOperatorTokens,
  type NewOperatorToken,
  revokeOperatorToken,
} from './access/operator-tokens.ts';
export {
  adminPermissions,
  demand,
  fleetPermissions,
  ofWholeTenant,
  type Permission,
  permissions,
  publishingPermissions,
  type Scope,
  serverScope,
} from './access/scope.ts';
export { type ApprovalStanding, showApprovals } from './approvals/approval-standing.ts';
export { manifestDigest } from './approvals/approval-statement.ts';
export { type ApprovalWish, approveRelease, draftApproval, type NewApproval } from './approvals/approve-release.ts';
export { withdrawApproval } from './approvals/withdraw-approval.ts';
export { listAudit } from './audit/audit.ts';
export { type Erasure, eraseAuditTexts } from './audit/erase.ts';
export {
  type EvidenceSigner,
  evidencePredicates,
  mostEvidenceBytes,
  mostStatementBytes,
  ownEvidence,
} from './audit/evidence-signer.ts';
export {
  type EventProof,
  listAuditLogs,
  newestCheckpoint,
  type PublishedLog,
  proveEvent,
  proveGrowth,
  readTile,
  rootAt,
} from './audit/log-door.ts';
export type {
  AuditLog,
  AuditLogReads,
  AuditLogStore,
  AuditLogWrites,
  Cosignature,
  LogEntryRow,
  LogTileRow,
  RowRange,
  SaltRow,
  StoredCheckpoint,
} from './audit/log-store.ts';
export { deliverNotices, noticeVerbs, type SendNotice } from './audit/notices.ts';
export { type RefusalWatch, refusalQuietMs, watchRefusals } from './audit/refusals.ts';
export { type AuditLogs, restartAuditLog } from './audit/restart.ts';
export { listAuditSalts } from './audit/salts.ts';
export { entriesPerBatch, type Sequencing, sequenceEvents, signNewest } from './audit/sequence.ts';
export { type Brain, createBrain } from './brain.ts';
export type { CheckReads, CheckWrites } from './checks/check-store.ts';
export { artifactsKey } from './checks/demand-clearance.ts';
export { evidenceOf, getEvidence, supplyEvidence } from './checks/evidence.ts';
export { expireWaivers } from './checks/expire-waivers.ts';
export { type KeptReports, readReports, reportsKind } from './checks/gate-reports.ts';
export type { GateOrder, GateRunner } from './checks/gate-runner.ts';
export type { ValidWaiver } from './checks/judge-check.ts';
export { policyDigest } from './checks/policy-digest.ts';
export { rejudgeReleases } from './checks/rejudge.ts';
export { getReleasePolicy, type NewReleasePolicy, setReleasePolicy } from './checks/release-policy.ts';
export { checkReports, getCheck, listChecks, type NewCheck, requestCheck } from './checks/request-check.ts';
export { runChecks } from './checks/run-checks.ts';
export { statementKind, summaryKind, summaryPredicate } from './checks/sign-statements.ts';
export { type TriedRelease, tryReleasePolicy } from './checks/try-policy.ts';
export { addWaiver, listWaivers, revokeWaiver } from './checks/waivers.ts';
export { type CheckInOptions, checkIn } from './devices/check-in.ts';
export { nextCheckInSeconds } from './devices/check-in-time.ts';
export { authenticateDevice, type DeviceScope, deviceScope, sealDeviceToken } from './devices/device-scope.ts';
export { enrolDevice } from './devices/enrol.ts';
export { isUnproven } from './devices/note-reversion.ts';
export { quietCheckIn } from './devices/quiet-check-in.ts';
export { type DeviceHash, deviceHash, type QuietTicket } from './devices/quiet-memo.ts';
export {
  acceptDevice,
  countDevices,
  deploymentReports,
  deviceDeployments,
  getDevice,
  openArtifact,
  quarantineDevice,
  registerDevice,
  rejectDevice,
  removeDevice,
  setDeviceTags,
} from './devices/registry.ts';
export { countChosen, type DeviceChoice, listDevices } from './devices/search.ts';
export { takeReports } from './devices/take-reports.ts';
export { issueChallenge, issueToken } from './devices/token.ts';
export { assembleDossier, type DossierNeeds, dossierPredicate } from './dossier/assemble-dossier.ts';
export type { DossierFile } from './dossier/dossier-file.ts';
export { writeZip } from './dossier/write-zip.ts';
export { expressionFor, selectionChangesAt, selects } from './expressions/cache.ts';
export { type Compilation, compileExpression, type Expression, matches, nextChangeAt } from './expressions/compile.ts';
export type { Subject as ExpressionSubject } from './expressions/evaluate.ts';
export { requireExpression } from './expressions/require-expression.ts';
export { type KnownName, makeSchema, nameTypeOf, type Schema } from './expressions/schema.ts';
export {
  type Comparison,
  conjunctsOf,
  type KeySource,
  type Literal,
  type Operand,
  type Term,
} from './expressions/tree.ts';
export { fencedStore } from './fenced-store.ts';
export { createClaimToken, listClaimTokens, revokeClaimToken } from './fleets/claim-tokens.ts';
export {
  addFleetKey,
  changeFleet,
  createFleet,
  type FleetChange,
  getFleet,
  listFleets,
  type NewFleet,
  removeFleetKey,
} from './fleets/fleets.ts';
export { deleteFreeze, saveFreeze } from './fleets/freezes.ts';
export { deleteGroup, listGroups, type NewGroup, saveGroup } from './fleets/groups.ts';
export { changePassword, registerKey, resetPassword } from './people/credentials.ts';
export { type Login, logIn, loginLifeMs, logOut } from './people/login.ts';
export {
  changePerson,
  createPerson,
  getPerson,
  getSelf,
  listPeople,
  type NewPerson,
  type PersonChange,
} from './people/people.ts';
export type { PeopleReads, PeopleWrites } from './people/people-store.ts';
export type {
  ArtifactStore,
  AuditQuery,
  ClaimToken,
  Clock,
  DeviceQuery,
  DeviceSearch,
  FleetNotice,
  Notifier,
  OperatorToken,
  Page,
  PageRequest,
  Ports,
  Randomness,
  Reads,
  Scans,
  Store,
  Survey,
  Tally,
  TokenConfinement,
  Upload,
  Writes,
} from './ports.ts';
export { type Exchange, type Exchanged, exchangeIdToken } from './publishers/exchange.ts';
export type { IssuerKeys, JsonWebKeySet, KeyQuestion } from './publishers/issuer-keys.ts';
export { isIssuer } from './publishers/publisher-problems.ts';
export type { PublisherReads, PublisherWrites, UsedTokenId } from './publishers/publisher-store.ts';
export {
  getPublisher,
  listPublishers,
  type NewPublisher,
  removePublisher,
  savePublisher,
} from './publishers/publishers.ts';
export { readJwks } from './publishers/read-jwks.ts';
export type { ImageInspector, InspectionOrder } from './releases/image-inspector.ts';
export {
  getImagePolicy,
  type NewImageRule,
  setImagePolicy,
  signedFormats,
} from './releases/image-policy.ts';
export type { ReleasePath } from './releases/path.ts';
export { pathOfDevice } from './releases/path-of-device.ts';
export { publishTargets } from './releases/publish-targets.ts';
export { getRelease, listReleases, nextCounter, publishRelease, revokeRelease } from './releases/releases.ts';
export { appendUpload, beginUpload, expireUploads, getUpload } from './releases/uploads.ts';
export {
  advance,
  type Measurement,
  openPhaseWith,
  promote,
  type RolloutEffect,
  type RolloutStep,
  resume,
} from './rollouts/advance.ts';
export { bucketOf } from './rollouts/bucket.ts';
export {
  type DecisionContext,
  quietSurroundings,
  type RolloutContext,
  type SteppingStone,
  type Surroundings,
} from './rollouts/context.ts';
export { type Decision, decide, type Hold, type Offer } from './rollouts/decide.ts';
export { type Explanation, explainDevice } from './rollouts/explain.ts';
export { explainFleet } from './rollouts/explain-fleet.ts';
export { allowedFailures, type GateVerdict, judgePhase, requiredSuccesses } from './rollouts/gate.ts';
export { forgetGateWindows } from './rollouts/gates/forget-windows.ts';
export type {
  GateEvent,
  GateEventKind,
  GateReads,
  GateWindow,
  GateWrites,
  StratumTotals,
} from './rollouts/gates/gate-store.ts';
export { type GateReport, reportGate, type TestReport } from './rollouts/gates/judge.ts';
export type { Side } from './rollouts/gates/ratio.ts';
export { type GateState, newGateState, type SilentDevice } from './rollouts/gates/state.ts';
export { phasesOf } from './rollouts/plan.ts';
export { type PolicyInput, policyOf } from './rollouts/policy.ts';
export { limitFindings } from './rollouts/predicates/limits.ts';
export type { RecordingLine } from './rollouts/recording/line.ts';
export { recordRollout } from './rollouts/recording/record-rollout.ts';
export {
  abortRollout,
  approveRollout,
  createRollout,
  getRollout,
  listRollouts,
  type NewRollout,
  type PlanInput,
  pauseRollout,
  promoteRollout,
  type RolloutView,
  resumeRollout,
  rolloutDeployments,
  startRollout,
} from './rollouts/rollouts.ts';
export { holdSegment, rolloutSegments, type SegmentHold } from './rollouts/segments/hold-segment.ts';
export { createHold, liftHold, listHolds, type NewHold } from './rollouts/segments/holds.ts';
export type { FoundSegment, StoredSearch } from './rollouts/segments/stored-search.ts';
export { type SentBack, sendBack } from './rollouts/send-back.ts';
export { stability } from './rollouts/stability.ts';
export { type Cause, CauseTally, type FleetExplanation } from './rollouts/tally-causes.ts';
export { tickRollouts } from './rollouts/tick.ts';
export { type ForecastRequest, forecastRollout, type RolloutForecast } from './rollouts/timing/forecast-rollout.ts';
export type { Start } from './rollouts/timing/pace.ts';
export { surveyNamed } from './surveys.ts';
export { changeLifeMs, type NewTrustChange, requestTrustChange, withdrawTrustChange } from './trust/changes.ts';
export { directorFile, signedTime } from './trust/director/director-files.ts';
export { getTrustChange, listTrustChanges, type SignedChange } from './trust/find-change.ts';
export type {
  EvidenceFile,
  KnownVersions,
  OnlineKeys,
  OnlineRole,
  OnlineSigner,
  SignedRole,
  SignedTime,
  SigningRequest,
} from './trust/online-signer.ts';
export { type PublishOptions, publishTrustChange } from './trust/publish-change.ts';
export { refreshRepository } from './trust/refresh.ts';
export { repositoryFile, repositoryTarget, type TargetReader } from './trust/repository-files.ts';
export { type NewTrustSignature, signTrustChange } from './trust/sign-change.ts';
export {
  type RepositoryState,
  type RoleState,
  type TrustState,
  trustMetadata,
  trustState,
} from './trust/trust-state.ts';
export type { TrustReads, TrustWrites } from './trust/trust-store.ts';
export {
  type Affected,
  type AffectedFleet,
  affected,
  affectedDevices,
  readQuestion,
} from './vulnerabilities/affected.ts';
export type { AffectedDevices, DeviceTotals } from './vulnerabilities/affected-devices.ts';
export {
  addDataSet,
  type ListedDataSet,
  listDataSets,
  type NewDataSet,
  removeDataSet,
} from './vulnerabilities/data-sets.ts';
export {
  type Disclosure,
  type DisclosureClock,
  discloseVulnerability,
  setAwareness,
} from './vulnerabilities/disclosure.ts';
export { type DisclosureStage, disclosureStages, disclosureText } from './vulnerabilities/disclosure-text.ts';
export type { AffectedComponent, AffectedQuestion, AffectedRelease } from './vulnerabilities/find-affected.ts';
export type { Fix, FixSearch, RolloutDraft } from './vulnerabilities/find-fix.ts';
export type { ListedUnknown, UnknownCause, UnknownFleet } from './vulnerabilities/find-unknown.ts';
export {
  countryName,
  type Running,
  type RunningCount,
  type RunningDevice,
  type RunningScans,
  type RunningSearch,
  runningOf,
} from './vulnerabilities/running.ts';
export type {
  ComponentVerdict,
  NamedSets,
  RecheckOrder,
  VulnerabilityKnowledge,
  VulnerabilityLookup,
} from './vulnerabilities/vulnerability-lookup.ts';
export type {
  Awareness,
  ComponentBatch,
  FoundComponent,
  KeptComponent,
  ReleaseFinding,
  ReleaseWatch,
  UnknownRelease,
  VulnerabilityReads,
  VulnerabilityWrites,
} from './vulnerabilities/vulnerability-store.ts';
export { watchReleases } from './vulnerabilities/watch-releases.ts';
