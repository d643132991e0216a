export {
  authenticateOperator,
  createOperatorToken,
  ensureBootstrapToken,
  listOperatorTokens,
  revokeOperatorToken,
} from './access/operator-tokens.ts';
export { adminPermissions, demand, type Permission, permissions, type Scope, serverScope } from './access/scope.ts';
export { listAudit } from './audit/audit.ts';
export { type Brain, createBrain } from './brain.ts';
export { checkIn } from './devices/check-in.ts';
export { nextCheckInSeconds } from './devices/check-in-time.ts';
export { authenticateDevice, type DeviceScope, deviceScope, sealDeviceToken } from './devices/device-scope.ts';
export { enrolDevice } from './devices/enrol.ts';
export {
  acceptDevice,
  countDevices,
  deploymentReports,
  deviceDeployments,
  getDevice,
  listDevices,
  openArtifact,
  registerDevice,
  rejectDevice,
  removeDevice,
  setDeviceTags,
} from './devices/registry.ts';
export { takeReports } from './devices/take-reports.ts';
export { issueChallenge, issueToken } from './devices/token.ts';
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
export { deleteGroup, listGroups, saveGroup } from './fleets/groups.ts';
export type {
  ArtifactStore,
  AuditQuery,
  ClaimToken,
  Clock,
  DeviceQuery,
  Notifier,
  OperatorToken,
  Page,
  PageRequest,
  Ports,
  Randomness,
  Reads,
  Store,
  Upload,
  Writes,
} from './ports.ts';
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
  type Decision,
  type DecisionContext,
  decide,
  type Hold,
  type Offer,
  type RolloutContext,
} from './rollouts/decide.ts';
export { type Explanation, explainDevice } from './rollouts/explain.ts';
export { allowedFailures, type GateVerdict, judgePhase, requiredSuccesses } from './rollouts/gate.ts';
export {
  abortRollout,
  createRollout,
  getRollout,
  listRollouts,
  type NewRollout,
  pauseRollout,
  promoteRollout,
  type RolloutView,
  resumeRollout,
  rolloutDeployments,
  startRollout,
} from './rollouts/rollouts.ts';
export { tickRollouts } from './rollouts/tick.ts';
