import {
  auditVerbs,
  deploymentStatuses,
  deviceStatuses,
  errorClasses,
  limits,
  type ReasonCode,
  reasonTable,
} from '@fettle/model';
import { type Static, Type } from 'typebox';
import {
  count,
  deviceIdText,
  digestText,
  instant,
  madeId,
  name,
  nullable,
  oneOf,
  strict,
  versionText,
} from './common.ts';

const keyName = Type.String({ pattern: `^[A-Za-z0-9._-]{1,${limits.attributeNameLength}}$` });
const scalar = Type.Union([Type.String(), Type.Number(), Type.Boolean()]);

export const tagsShape = Type.Record(keyName, Type.String({ maxLength: limits.attributeValueLength }), {
  maxProperties: limits.tagsPerDevice,
  additionalProperties: false,
});
export const registerDeviceBody = strict({
  id: deviceIdText,
  type: name,
  publicKey: Type.String({ maxLength: 2_000, description: 'SubjectPublicKeyInfo, PEM or DER in base64' }),
  tags: Type.Optional(tagsShape),
});
export const setTagsBody = strict({ tags: tagsShape });

export const deviceShape = Type.Object({
  id: deviceIdText,
  fleet: name,
  type: name,
  status: oneOf(deviceStatuses),
  publicKey: Type.String(),
  attributes: Type.Record(Type.String(), scalar),
  tags: Type.Record(Type.String(), Type.String()),
  current: Type.Record(Type.String(), Type.Object({ version: versionText, counter: count, sha256: digestText })),
  openDeployment: nullable(madeId),
  attempts: Type.Array(
    Type.Object({
      rollout: madeId,
      release: madeId,
      deployment: madeId,
      count,
      lastStatus: oneOf(deploymentStatuses),
      permanent: Type.Boolean(),
      lastChangedAt: instant,
    }),
  ),
  enrolledAt: instant,
  lastSeenAt: nullable(instant),
});
export const deviceCountsShape = Type.Object({ pending: count, accepted: count, quarantined: count, rejected: count });
export const chosenDevicesShape = Type.Object({ devices: count });

const deploymentErrorShape = Type.Object({
  code: Type.String(),
  class: oneOf(errorClasses),
  message: Type.String(),
});
export const deploymentShape = Type.Object({
  id: madeId,
  fleet: name,
  device: deviceIdText,
  rollout: madeId,
  release: madeId,
  phase: Type.Integer({ minimum: 0, description: 'index of the phase that admitted the device, from 0' }),
  attempt: count,
  status: oneOf(deploymentStatuses),
  error: nullable(deploymentErrorShape),
  createdAt: instant,
  changedAt: instant,
  deadlineAt: nullable(instant),
  lastSequence: count,
  counterBefore: count,
  site: nullable(Type.String()),
  pair: nullable(Type.String()),
});
export const reportShape = Type.Object({
  sequence: count,
  status: oneOf(deploymentStatuses),
  deviceTime: nullable(instant),
  receivedAt: instant,
  error: nullable(deploymentErrorShape),
  detail: Type.String(),
});

export const reasonShape = Type.Object({
  code: oneOf(Object.keys(reasonTable) as ReasonCode[]),
  owner: oneOf(['device', 'operator', 'time', 'policy']),
  summary: Type.String(),
  evidence: Type.Record(Type.String(), Type.Union([scalar, Type.Null()])),
  earliestChangeAt: nullable(instant),
  remedy: Type.String(),
  rollout: nullable(madeId),
  release: nullable(madeId),
});
export const explanationShape = Type.Object({
  device: deviceShape,
  verdict: oneOf(['offer', 'hold']),
  reasons: Type.Array(reasonShape),
  offer: nullable(Type.Object({ rollout: madeId, version: versionText, phase: Type.String() })),
});

export const causeShape = Type.Object({
  code: oneOf([...(Object.keys(reasonTable) as ReasonCode[]), 'eligible' as const]),
  owner: oneOf(['device', 'operator', 'time', 'policy']),
  summary: Type.String(),
  devices: count,
  silent: Type.Integer({ minimum: 0, description: 'of them: not heard of for three check-in intervals' }),
  examples: Type.Array(deviceIdText),
  remedy: Type.String(),
  earliestChangeAt: nullable(instant),
});
export const fleetExplanationShape = Type.Object({
  version: versionText,
  total: count,
  running: count,
  newer: count,
  behind: Type.Integer({ minimum: 0, description: 'the causes add up to it' }),
  causes: Type.Array(causeShape),
});

export const auditEventShape = Type.Object({
  sequence: count,
  at: instant,
  actor: Type.String(),
  verb: oneOf(auditVerbs),
  object: Type.String(),
  fleet: nullable(Type.String()),
  before: nullable(Type.String()),
  after: nullable(Type.String()),
  reason: Type.String(),
});

export type DeviceView = Static<typeof deviceShape>;
export type DeviceCountsView = Static<typeof deviceCountsShape>;
export type DeploymentView = Static<typeof deploymentShape>;
export type ReportView = Static<typeof reportShape>;
export type ReasonView = Static<typeof reasonShape>;
export type CauseView = Static<typeof causeShape>;
export type FleetExplanationView = Static<typeof fleetExplanationShape>;
export type ExplanationView = Static<typeof explanationShape>;
export type AuditEventView = Static<typeof auditEventShape>;
