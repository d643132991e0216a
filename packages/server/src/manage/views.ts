import type {
  AuditEventView,
  ClaimTokenView,
  DeploymentView,
  DeviceView,
  FleetExplanationView,
  FleetKeyView,
  FleetView,
  FoundImageView,
  GateReportView,
  GroupView,
  ImagePolicyView,
  OperatorTokenView,
  PhaseCountsView,
  ReasonView,
  ReleaseView,
  ReportView,
  RolloutView,
} from '@fettle/api';
import type {
  ClaimToken,
  RolloutView as ControlRolloutView,
  FleetExplanation,
  GateReport,
  OperatorToken,
} from '@fettle/control';
import {
  type AuditEvent,
  clearedStages,
  type Deployment,
  type Device,
  type Fleet,
  type FleetKey,
  type Group,
  type ImageRule,
  noCounts,
  type PhaseCounts,
  type Reason,
  type Release,
  type Report,
  type Rollout,
} from '@fettle/model';
import { instantOrNull, instantText } from './instants.ts';
import { policyView } from './plans.ts';

/** How our nouns look on the wire: instants as RFC 3339, digests as `sha256`, nothing that is secret. */
export function tokenView(token: OperatorToken): OperatorTokenView {
  return {
    id: token.id,
    name: token.name,
    permissions: [...token.permissions],
    createdAt: instantText(token.createdAt),
    revokedAt: instantOrNull(token.revokedAt),
    expiresAt: instantOrNull(token.expiresAt),
    fleet: token.only?.fleet ?? null,
    fleets: [...token.fleets],
  };
}

export function claimTokenView(token: ClaimToken): ClaimTokenView {
  return {
    id: token.id,
    name: token.name,
    usesLeft: token.usesLeft,
    expiresAt: instantOrNull(token.expiresAt),
    revokedAt: instantOrNull(token.revokedAt),
    createdAt: instantText(token.createdAt),
  };
}

export function fleetView(fleet: Fleet): FleetView {
  return {
    id: fleet.id,
    deviceTypes: [...fleet.deviceTypes],
    keys: fleet.keys.map(fleetKeyView),
    securityFloor: fleet.securityFloor,
    checkInIntervalMs: fleet.checkInIntervalMs,
    freezes: fleet.freezes.map((freeze) => ({
      ...freeze,
      from: instantText(freeze.from),
      until: instantText(freeze.until),
    })),
    createdAt: instantText(fleet.createdAt),
  };
}

export function fleetKeyView(key: FleetKey): FleetKeyView {
  return { id: key.id, name: key.name, publicKeyPem: key.publicKeyPem, addedAt: instantText(key.addedAt) };
}

export function groupView(group: Group): GroupView {
  return { name: group.name, filter: group.filter.text };
}

export function releaseView(release: Release): ReleaseView {
  return {
    id: release.id,
    fleet: release.fleet,
    version: release.version,
    counter: release.counter,
    securityFloor: release.securityFloor,
    allowDowngrade: release.allowDowngrade,
    artifacts: release.artifacts.map(({ digest, deviceType, component, kind, sizeBytes }) => {
      return { deviceType, component, kind, sha256: digest, sizeBytes };
    }),
    notes: release.notes,
    status: release.status,
    signedBy: [...release.signedBy],
    publishedAt: instantText(release.publishedAt),
    clearedFor: release.clearance ? clearedStages(release.clearance) : null,
    source: release.source ? { ...release.source } : null,
  };
}

export function foundImagesView({ images = [] }: Release): FoundImageView[] {
  return images.map(({ component, deviceType, format, version, counter }) => {
    return { component, deviceType, format, version, counter };
  });
}

export function imagePolicyView(rules: readonly ImageRule[]): ImagePolicyView {
  return { rules: rules.map((rule) => ({ ...rule, keys: [...rule.keys] })) };
}

export function rolloutView({ rollout, release, counts, gate, holds }: ControlRolloutView): RolloutView {
  return {
    id: rollout.id,
    fleet: rollout.fleet,
    release: { ...release },
    group: rollout.group,
    status: rollout.status,
    statusReason: rollout.statusReason,
    phases: rollout.phases.map((phase, index) => ({
      ...phase,
      size: { ...phase.size },
      openedAt: instantOrNull(phase.openedAt),
      soakFrom: instantOrNull(phase.soakFrom),
      endedAt: instantOrNull(phase.endedAt),
      counts: countsView(counts[index] ?? noCounts),
    })),
    onFail: rollout.onFail,
    maxAttempts: rollout.maxAttempts,
    retryBackoffMs: rollout.retryBackoffMs,
    policy: policyView(rollout.policy),
    gate: gate && gateView(gate, rollout),
    holds: holds.map((one) => ({ ...one })),
    returns: rollout.returns,
    createdBy: rollout.createdBy,
    approvedBy: [...rollout.approvedBy],
    createdAt: instantText(rollout.createdAt),
    startedAt: instantOrNull(rollout.startedAt),
    endedAt: instantOrNull(rollout.endedAt),
    revision: rollout.revision,
  };
}

function gateView(gate: GateReport, rollout: Rollout): GateReportView {
  const asks = rollout.phases.find((phase) => phase.asksSince !== undefined)?.asksSince;
  return {
    ...gate,
    share: { ...gate.share },
    tests: gate.tests.map((one) => ({ ...one, interval: { ...one.interval } })),
    suspectSince: instantOrNull(gate.suspectSince),
    asksSince: instantOrNull(asks ?? null),
  };
}

function countsView(counts: PhaseCounts): PhaseCountsView {
  return { ...counts };
}

export function deviceView(device: Device): DeviceView {
  const current = Object.entries(device.current).map(([component, { version, counter, digest }]) => {
    return [component, { version, counter, sha256: digest }] as const;
  });
  return {
    id: device.id,
    fleet: device.fleet,
    type: device.type,
    status: device.status,
    publicKey: device.publicKey,
    attributes: { ...device.attributes },
    tags: { ...device.tags },
    current: Object.fromEntries(current),
    openDeployment: device.openDeployment,
    attempts: device.attempts.map((attempt) => ({
      rollout: attempt.rollout,
      release: attempt.release,
      deployment: attempt.deployment,
      count: attempt.count,
      lastStatus: attempt.lastStatus,
      permanent: attempt.permanent,
      lastChangedAt: instantText(attempt.lastChangedAt),
    })),
    enrolledAt: instantText(device.enrolledAt),
    lastSeenAt: instantOrNull(device.lastSeenAt),
  };
}

export function deploymentView(deployment: Deployment): DeploymentView {
  return {
    ...deployment,
    createdAt: instantText(deployment.createdAt),
    changedAt: instantText(deployment.changedAt),
    deadlineAt: instantOrNull(deployment.deadlineAt),
  };
}

export function reportView(report: Report & { readonly receivedAt: number }): ReportView {
  return {
    sequence: report.sequence,
    status: report.status,
    deviceTime: instantOrNull(report.deviceTime),
    receivedAt: instantText(report.receivedAt),
    error: report.error,
    detail: report.detail,
  };
}

export function reasonView(reason: Reason): ReasonView {
  return { ...reason, evidence: { ...reason.evidence }, earliestChangeAt: instantOrNull(reason.earliestChangeAt) };
}

export function fleetExplanationView(found: FleetExplanation): FleetExplanationView {
  const causes = found.causes.map((cause) => ({
    ...cause,
    examples: [...cause.examples],
    earliestChangeAt: instantOrNull(cause.earliestChangeAt),
  }));
  return { ...found, causes };
}

export function auditEventView(event: AuditEvent): AuditEventView {
  return { ...event, at: instantText(event.at) };
}
