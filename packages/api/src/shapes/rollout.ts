import { limits, phaseStatuses, rolloutStatuses } from '@fettle/model';
import { type Static, Type } from 'typebox';
import { count, instant, label, madeId, name, nullable, oneOf, reasonText, strict, versionText } from './common.ts';
import { gateReportShape } from './gate.ts';
import { policyInputShape, policyShape } from './policy.ts';

const day = 86_400_000;
const share = Type.Number({ minimum: 0, maximum: 1 });
const shareOr = (least: number) =>
  Type.Union([strict({ share }), strict({ count: Type.Integer({ minimum: least, maximum: 1_000_000_000 }) })]);

export const phasePlanShape = strict({
  name: label,
  size: Type.Union([...shareOr(1).anyOf, strict({ group: name })]),
  maxInFlight: Type.Integer({ minimum: 1, maximum: 1_000_000_000 }),
  failureThreshold: shareOr(0),
  successShare: share,
  minSoakMs: Type.Integer({ minimum: 0, maximum: 365 * day }),
  promote: oneOf(['automatic', 'manual']),
});
export const rolloutPlanShape = strict({
  phases: Type.Array(phasePlanShape, { minItems: 1, maxItems: limits.phasesPerRollout }),
  onFail: oneOf(['pause', 'abort']),
  maxAttempts: Type.Integer({ minimum: 1, maximum: 100 }),
  retryBackoffMs: Type.Integer({ minimum: 0, maximum: 30 * day }),
  policy: Type.Optional(policyInputShape),
});
export const createRolloutBody = strict({
  version: versionText,
  group: name,
  plan: rolloutPlanShape,
  start: Type.Boolean(),
  reason: Type.Optional(reasonText),
  allowUnknown: Type.Optional(
    Type.Boolean({ description: 'whether `exclude` may name attributes and tags that no device has had yet' }),
  ),
});

export const phaseCountsShape = Type.Object({
  started: count,
  open: count,
  succeeded: count,
  failed: Type.Integer({ minimum: 0, description: 'failed, rolled back or timed out' }),
  rolledBack: count,
  neutral: Type.Integer({ minimum: 0, description: 'skipped or aborted' }),
  proven: Type.Integer({ minimum: 0, description: 'of succeeded: watched for the time of the gate' }),
});
export const phaseShape = Type.Object({
  ...phasePlanShape.properties,
  status: oneOf(phaseStatuses),
  bucketLimit: share,
  members: count,
  forgivenFailures: count,
  openedAt: nullable(instant),
  soakFrom: nullable(instant),
  endedAt: nullable(instant),
  counts: phaseCountsShape,
});
export const rolloutShape = Type.Object({
  id: madeId,
  fleet: name,
  release: Type.Object({ id: madeId, version: versionText }),
  group: name,
  status: oneOf(rolloutStatuses),
  statusReason: Type.String(),
  phases: Type.Array(phaseShape),
  onFail: oneOf(['pause', 'abort']),
  maxAttempts: Type.Integer(),
  retryBackoffMs: Type.Integer(),
  policy: policyShape,
  gate: nullable(gateReportShape),
  holds: Type.Array(
    Type.Object({
      code: oneOf(['gate-failed', 'awaiting-approval']),
      waitsFor: Type.String({ description: 'in words: `tested by qa`' }),
      remedy: Type.String({ description: 'command that would lift it' }),
    }),
    { description: 'what keeps all devices of a rollout that is not over waiting' },
  ),
  returns: nullable(madeId),
  createdBy: Type.String(),
  approvedBy: Type.Array(Type.String()),
  createdAt: instant,
  startedAt: nullable(instant),
  endedAt: nullable(instant),
  revision: count,
});

export const sentBackShape = Type.Object({
  rollouts: Type.Array(madeId),
  stay: Type.String({ description: 'why some devices stay; empty when none does' }),
});

export type PhasePlanView = Static<typeof phasePlanShape>;
export type RolloutPlanView = Static<typeof rolloutPlanShape>;
export type PhaseCountsView = Static<typeof phaseCountsShape>;
export type PhaseView = Static<typeof phaseShape>;
export type SentBackView = Static<typeof sentBackShape>;
export type RolloutView = Static<typeof rolloutShape>;
