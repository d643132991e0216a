export {
  type Answer,
  type CallOptions,
  type Client,
  type ClientOptions,
  createClient,
  type Input,
  type JsonRouteName,
  type ListRouteName,
} from './client.ts';
export { type FoundByGate, gateReportView } from './gate-report-view.ts';
export {
  bareFieldOf,
  fileNameOf,
  type Notation,
  notationOf,
  planFileDefaults,
  planFileSchema,
  planFileShape,
  type Schema,
  wordOf,
} from './plan-file.ts';
export { errorOf } from './problem-error.ts';
export { fillPath, isOfFleets, type Method, type Route, type RouteAnswer, type RouteInput } from './route.ts';
export { type RouteName, type Routes, routes } from './routes.ts';
export type { OperatorTokenView, Whoami } from './shapes/access.ts';
export type { ApprovalStandingView, ApprovalView } from './shapes/approvals.ts';
export type { AuditLogView, AuditProofView, AuditSaltView } from './shapes/audit.ts';
export type {
  CheckedGateView,
  CheckReportsView,
  CheckView,
  EvidenceView,
  FindingView,
  ReleasePolicyView,
  StageVerdictView,
  TriedPolicyView,
  WaiverView,
} from './shapes/check.ts';
export type {
  AuditEventView,
  DeploymentView,
  DeviceCountsView,
  DeviceView,
  ExplanationView,
  FleetExplanationView,
  ReasonView,
  ReportView,
} from './shapes/device.ts';
export type { ClaimTokenView, FleetKeyView, FleetView, GroupView } from './shapes/fleet.ts';
export type { ForecastView } from './shapes/forecast.ts';
export type { GateReportView, GateTestView } from './shapes/gate.ts';
export type { HoldView, SegmentSearchView, SegmentView } from './shapes/hold.ts';
export type { FoundImageView, ImagePolicyView, ImageRuleView } from './shapes/image-policy.ts';
export type { ReleasePathView } from './shapes/path.ts';
export type { PersonView } from './shapes/people.ts';
export type { FreezeView, PolicyInputView, PolicyView } from './shapes/policy.ts';
export { type Problem, problemShape } from './shapes/problem.ts';
export type { ExchangedView, PublisherView } from './shapes/publishers.ts';
export type { RecordingLineView } from './shapes/recording.ts';
export type { ReleaseArtifactView, ReleaseView, SignedReleaseView, UploadView } from './shapes/release.ts';
export type {
  PhaseCountsView,
  PhasePlanView,
  PhaseView,
  RolloutPlanView,
  RolloutView,
  SentBackView,
} from './shapes/rollout.ts';
export type {
  RepositoryStateView,
  RoleStateView,
  SignedTrustChangeView,
  TrustChangeView,
  TrustFileView,
  TrustKeyView,
  TrustSignatureView,
  TrustStateView,
} from './shapes/trust.ts';
export type {
  AffectedFleetView,
  AffectedView,
  DataSetView,
  DisclosureView,
  UnknownFleetView,
} from './shapes/vulnerabilities.ts';
export type { UploadRequest, UploadResult } from './upload.ts';
