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
export { errorOf } from './problem-error.ts';
export { fillPath, type Method, type Route, type RouteAnswer, type RouteInput } from './route.ts';
export { type RouteName, type Routes, routes } from './routes.ts';
export type { OperatorTokenView, Whoami } from './shapes/access.ts';
export type {
  AuditEventView,
  DeploymentView,
  DeviceCountsView,
  DeviceView,
  ExplanationView,
  ReasonView,
  ReportView,
} from './shapes/device.ts';
export type { ClaimTokenView, FleetKeyView, FleetView, GroupView } from './shapes/fleet.ts';
export { type Problem, problemShape } from './shapes/problem.ts';
export type { ReleaseArtifactView, ReleaseView, SignedReleaseView, UploadView } from './shapes/release.ts';
export type { PhaseCountsView, PhasePlanView, PhaseView, RolloutPlanView, RolloutView } from './shapes/rollout.ts';
export type { UploadRequest, UploadResult } from './upload.ts';
