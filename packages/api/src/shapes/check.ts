import { checkStatuses, limits, releaseGates, severities, stages, suppliedKinds, verdicts } from '@fettle/model';
import { type Static, Type } from 'typebox';
import {
  count,
  digestText,
  instant,
  madeId,
  name,
  nullable,
  oneOf,
  reasonText,
  strict,
  versionText,
} from './common.ts';

const stage = oneOf(stages);
const gate = oneOf(releaseGates);
const verdict = oneOf(verdicts);
const word = Type.String({ minLength: 1, maxLength: 64 });

export const stagePolicyShape = strict({
  stage,
  groups: Type.Array(name, { maxItems: 200, description: 'groups whose devices live in this stage' }),
  demands: Type.Array(
    strict({
      gate,
      when: Type.String({ minLength: 1, maxLength: 1_000, description: '`pass`, or an expression in CEL' }),
    }),
    { maxItems: releaseGates.length },
  ),
  approvals: Type.Array(strict({ meaning: word, role: word, count: Type.Integer({ minimum: 1, maximum: 10 }) }), {
    maxItems: 16,
  }),
});
const keyDemand = (minItems: number, description: string) =>
  strict({
    keys: Type.Array(Type.String({ maxLength: 4_000 }), { minItems, maxItems: limits.keysPerFleet, description }),
    threshold: Type.Integer({ minimum: 1, maximum: limits.keysPerFleet }),
  });
export const releasePolicyShape = strict({
  stages: Type.Array(stagePolicyShape, { minItems: 1, maxItems: stages.length }),
  settings: Type.Partial(Type.Record(gate, Type.Record(Type.String({ maxLength: 64 }), Type.Unknown())), {
    additionalProperties: false,
    description: 'settings of the gates themselves',
  }),
  waivers: keyDemand(0, 'who may sign exceptions, PEM'),
  dataSets: Type.Optional(keyDemand(1, 'whose signed vulnerability data count, PEM; without `dataSets` all count')),
  onNewFindings: oneOf(['alert', 'hold']),
});
export const setReleasePolicyBody = strict({ policy: nullable(releasePolicyShape) });
export const releasePolicyAnswer = Type.Object({ policy: nullable(releasePolicyShape) });

const severityCounts = Type.Object(Object.fromEntries(severities.map((one) => [one, count])));
export const stageVerdictShape = Type.Object({
  stage,
  verdict,
  gates: Type.Array(Type.Object({ gate, verdict, why: Type.String(), open: severityCounts, waived: count })),
});
export const tryReleasePolicyBody = strict({ policy: releasePolicyShape });
export const triedPolicyShape = Type.Object({
  tried: Type.Array(
    Type.Object({ version: versionText, before: Type.Array(stageVerdictShape), after: Type.Array(stageVerdictShape) }),
  ),
  neverChecked: count,
});
export const supplyBody = strict({
  kind: oneOf(suppliedKinds),
  text: Type.String({ maxLength: limits.evidenceBytes, description: 'the document, kept byte for byte' }),
});
export const suppliedShape = Type.Object({ kind: oneOf(suppliedKinds), sha256: digestText, sizeBytes: count });
export const requestCheckBody = strict({
  version: versionText,
  artifacts: Type.Array(strict({ deviceType: name, component: name, sha256: digestText }), {
    minItems: 1,
    maxItems: limits.artifactsPerRelease,
  }),
  supplied: Type.Optional(
    Type.Array(strict({ kind: oneOf(suppliedKinds), sha256: digestText }), { maxItems: limits.suppliedPerCheck }),
  ),
  anew: Type.Optional(Type.Boolean({ description: 'run although the same was checked before' })),
});
export const checkShape = Type.Object({
  id: madeId,
  fleet: name,
  version: versionText,
  artifacts: Type.Array(Type.Object({ deviceType: name, component: name, sha256: digestText, sizeBytes: count })),
  supplied: Type.Array(Type.Object({ kind: oneOf(suppliedKinds), sha256: digestText })),
  status: oneOf(checkStatuses),
  statusReason: Type.String(),
  policyDigest: digestText,
  stages: Type.Array(stageVerdictShape),
  requestedBy: Type.String(),
  createdAt: instant,
  startedAt: nullable(instant),
  endedAt: nullable(instant),
});
export const requestedCheckShape = Type.Object({ check: checkShape, created: Type.Boolean() });

const fact = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null(), Type.Array(Type.String())]);
export const findingShape = Type.Object({
  gate,
  rule: Type.String(),
  severity: oneOf(severities),
  place: Type.String(),
  offset: Type.Optional(count),
  message: Type.String(),
  fingerprint: Type.String(),
  blocks: Type.Optional(Type.Literal(true)),
  details: Type.Optional(Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]))),
});
export const gateReportShape = Type.Object({
  artifact: digestText,
  gate,
  verdict,
  summary: Type.String(),
  findings: Type.Array(findingShape),
  findingsLeftOut: count,
  facts: Type.Record(Type.String(), fact),
  inputs: Type.Array(
    Type.Object({
      name: Type.String(),
      version: Type.String(),
      publishedAt: nullable(instant),
      signedBy: Type.Optional(Type.Array(Type.String())),
    }),
  ),
});
export const checkRecordShape = Type.Object({
  kind: Type.String(),
  artifact: nullable(digestText),
  gate: nullable(gate),
  mediaType: Type.String(),
  sha256: digestText,
  sizeBytes: count,
});
export const checkReportsShape = Type.Object({
  check: checkShape,
  reports: Type.Array(gateReportShape),
  records: Type.Array(checkRecordShape, { description: 'what was made and kept: statements, SBOMs, inventories' }),
});
export const evidenceShape = Type.Object({
  sha256: digestText,
  kind: Type.String(),
  mediaType: Type.String(),
  text: Type.String({ description: 'exactly as it is kept; its SHA-256 names it' }),
});
export const addWaiverBody = strict({
  envelope: Type.String({ maxLength: limits.envelopeBytes, description: 'DSSE envelope as JSON text' }),
});
export const waiverShape = Type.Object({
  sha256: digestText,
  gate,
  rule: Type.String(),
  fingerprint: nullable(Type.String()),
  place: nullable(Type.String()),
  reason: Type.String(),
  author: Type.String(),
  signedBy: Type.Array(digestText),
  issuedAt: instant,
  expiresAt: instant,
});
export const addedWaiverShape = Type.Object({ sha256: digestText, expiresAt: instant });
export const revokeWaiverBody = strict({ reason: reasonText });

export type ReleasePolicyView = Static<typeof releasePolicyShape>;
export type TriedPolicyView = Static<typeof triedPolicyShape>;
export type StageVerdictView = Static<typeof stageVerdictShape>;
export type CheckView = Static<typeof checkShape>;
export type FindingView = Static<typeof findingShape>;
export type CheckedGateView = Static<typeof gateReportShape>;
export type CheckReportsView = Static<typeof checkReportsShape>;
export type EvidenceView = Static<typeof evidenceShape>;
export type WaiverView = Static<typeof waiverShape>;
