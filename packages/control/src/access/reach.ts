import type { CheckId, DeploymentId, DeviceId, FleetId, ReleaseId, RolloutId } from '@fettle/model';
import type { Reads, Scans, Writes } from '../ports.ts';

/** Ids that lead to a fleet, and the word for each. */
interface Leads {
  readonly fleet: FleetId;
  readonly rollout: RolloutId;
  readonly release: ReleaseId;
  readonly device: DeviceId;
  readonly deployment: DeploymentId;
  readonly check: CheckId;
}
export type Lead = keyof Leads;

type First<M> = M extends (...asked: infer A) => unknown ? A[0] : never;
type LeadOf<Asked> = { [L in Lead]: Asked extends Leads[L] ? L : never }[Lead];
type FieldOf<Asked> = Asked extends { readonly fleet: FleetId }
  ? 'of-fleet'
  : Asked extends { readonly rollout: RolloutId }
    ? 'of-rollout'
    : never;
type Named<Asked> = [LeadOf<Asked>] extends [never] ? FieldOf<Asked> : LeadOf<Asked>;

/**
 * How a way into the store leads to a fleet, for scopes that are bound to some:
 * an id or a field that names it · `own`: a rule of its own (`bound-reads.ts`, `bound-writes.ts`) ·
 * `free`: what it touches is of no fleet · `person`: only where a person acts, about people · `refused`: the whole tenant.
 * Whatever names a fleet can be nothing but that, `own` or refused: the compiler sees to it, and that none is missing.
 */
export type Reach<M> = 'own' | 'refused' | ([Named<First<M>>] extends [never] ? 'free' | 'person' : Named<First<M>>);

/** The names in a table that have a rule of their own. */
export type OwnOf<Table> = { [K in keyof Table]: Table[K] extends 'own' ? K : never }[keyof Table];

export const reading = {
  fleet: 'fleet',
  fleets: 'own',
  group: 'fleet',
  groups: 'fleet',
  claimTokens: 'fleet',
  claimToken: 'refused',
  operatorTokens: 'own',
  artifact: 'free',
  upload: 'free',
  openUploads: 'free',
  release: 'release',
  releaseByVersion: 'fleet',
  releaseByCounter: 'fleet',
  releases: 'fleet',
  lastCounter: 'fleet',
  fleetHasArtifact: 'fleet',
  rollout: 'rollout',
  rolloutsReturning: 'rollout',
  rollouts: 'fleet',
  rolloutStarts: 'rollout',
  rolloutCounts: 'rollout',
  holds: 'fleet',
  segmentSearch: 'rollout',
  steppingStones: 'fleet',
  device: 'device',
  devices: 'of-fleet',
  fleetNames: 'fleet',
  countPendingDevices: 'fleet',
  countDevices: 'fleet',
  deployment: 'deployment',
  deploymentsOfDevice: 'own',
  deploymentsOfRollout: 'rollout',
  countersBefore: 'rollout',
  countOpenAt: 'fleet',
  overdueDeployments: 'refused',
  reports: 'deployment',
  auditEvents: 'own',
  noticesTold: 'refused',
  gateState: 'rollout',
  gateTotals: 'rollout',
  gateWindow: 'rollout',
  countGateWindows: 'rollout',
  dueGateWindows: 'refused',
  hasGateEvent: 'rollout',
  gateEvents: 'rollout',
  devicesSeenBetween: 'fleet',
  rolloutWithGateWindows: 'refused',
  // Public, as any device reads it; what the director said is not.
  trustFile: 'own',
  trustVersions: 'own',
  trustChange: 'refused',
  openTrustChanges: 'refused',
  trustChanges: 'refused',
  trustSignatures: 'refused',
  directorSet: 'device',
  releaseCheck: 'check',
  checkOfSubject: 'fleet',
  newestCheckOf: 'fleet',
  releaseChecks: 'fleet',
  // Only counted: so many may wait in the tenant.
  openChecks: 'free',
  // Named by the digest of its own text.
  evidence: 'free',
  dataSets: 'free',
  waivers: 'fleet',
  publishers: 'refused',
  countPublisherTokens: 'refused',
  person: 'person',
  personByName: 'person',
  people: 'person',
  personToken: 'person',
  personTokens: 'person',
  componentsNamed: 'own',
  componentsOf: 'release',
  releaseWatch: 'release',
  unwatchedReleases: 'fleet',
  unknownReleases: 'fleet',
  findingsOfRelease: 'release',
  findingsOfVulnerability: 'own',
  awareness: 'refused',
} as const satisfies { readonly [K in keyof Reads]: Reach<Reads[K]> };

type Change = Exclude<keyof Writes, keyof Reads>;

export const writing = {
  insertFleet: 'refused',
  updateFleet: 'own',
  saveGroup: 'of-fleet',
  deleteGroup: 'fleet',
  insertClaimToken: 'of-fleet',
  updateClaimToken: 'of-fleet',
  insertOperatorToken: 'refused',
  revokeOperatorToken: 'refused',
  insertArtifact: 'free',
  insertUpload: 'free',
  updateUpload: 'free',
  deleteUpload: 'free',
  insertRelease: 'of-fleet',
  updateRelease: 'of-fleet',
  insertRollout: 'of-fleet',
  updateRollout: 'of-fleet',
  addCounts: 'rollout',
  addStart: 'rollout',
  insertHold: 'of-fleet',
  deleteHold: 'own',
  saveSegmentSearch: 'of-rollout',
  insertDevice: 'own',
  updateDevice: 'of-fleet',
  deleteDevice: 'device',
  insertDeployment: 'of-fleet',
  updateDeployment: 'of-fleet',
  insertReport: 'refused',
  appendAudit: 'own',
  setNoticesTold: 'refused',
  demandTerm: 'refused',
  saveGateState: 'rollout',
  addGateTotals: 'rollout',
  saveGateWindow: 'of-rollout',
  deleteGateWindow: 'rollout',
  insertGateEvent: 'rollout',
  forgetGateWindows: 'refused',
  insertTrustFile: 'own',
  insertTrustChange: 'refused',
  updateTrustChange: 'refused',
  insertTrustSignature: 'refused',
  saveDirectorSet: 'refused',
  insertCheck: 'of-fleet',
  updateCheck: 'of-fleet',
  keepEvidence: 'free',
  insertDataSet: 'refused',
  deleteDataSet: 'refused',
  insertWaiver: 'of-fleet',
  revokeWaiver: 'fleet',
  savePublisher: 'refused',
  deletePublisher: 'refused',
  useTokenId: 'refused',
  revokePublisherTokens: 'refused',
  deleteEndedTokens: 'refused',
  insertPerson: 'refused',
  updatePerson: 'own',
  insertPersonToken: 'refused',
  deletePersonToken: 'person',
  deletePersonTokens: 'own',
  deleteExpiredPersonTokens: 'refused',
  deleteComponents: 'refused',
  insertComponents: 'refused',
  saveReleaseWatch: 'refused',
  saveFinding: 'refused',
  deleteFinding: 'refused',
  saveAwareness: 'refused',
} as const satisfies { readonly [K in Change]: Reach<Writes[K]> };

export const scanning = {
  devices: 'of-fleet',
  countDevices: 'of-fleet',
  survey: 'own',
  runningCounts: 'of-fleet',
  runningOnce: 'of-fleet',
  runningDevices: 'of-fleet',
  runningUnknown: 'fleet',
  silentDevices: 'fleet',
} as const satisfies { readonly [K in keyof Scans]: Reach<Scans[K]> };
