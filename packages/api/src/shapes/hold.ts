import { limits } from '@fettle/model';
import { type Static, Type } from 'typebox';
import { count, instant, madeId, name, nullable, reasonText, strict } from './common.ts';

const share = Type.Number({ minimum: 0, maximum: 1 });
const until = Type.Optional(Type.Union([instant], { description: 'when the hold ends; 30 days from now without it' }));

export const segmentShape = Type.Object({
  expression: Type.String({ description: 'selects the devices of the segment' }),
  devices: Type.Integer({ minimum: 0, description: 'devices of the segment that the rollout has reached' }),
  failures: count,
  rateInside: share,
  rateOutside: share,
  lift: nullable(Type.Number({ description: 'how many times as often they failed; null when no other device did' })),
  interval: Type.Array(share, { description: 'where the rate inside lies, for all segments looked at together' }),
  chance: Type.Number({ minimum: 0, maximum: 1, description: 'of seeing this when traits have nothing to do with it' }),
  alike: Type.Array(Type.String(), { description: 'expressions that explain the failures about as well' }),
  fleetDevices: Type.Integer({ minimum: 0, description: 'accepted devices of the fleet that a hold would hold' }),
});
export const segmentSearchShape = Type.Object({
  at: instant,
  started: count,
  devices: count,
  failures: count,
  candidates: Type.Integer({ minimum: 0, description: 'segments that could have been named; corrected for' }),
  alpha: share,
  fleetDevices: count,
  segments: Type.Array(segmentShape),
});
export const segmentsShape = Type.Object({
  search: Type.Union([segmentSearchShape, Type.Null()], { description: 'null before a gate has failed' }),
});

export const holdShape = Type.Object({
  id: madeId,
  fleet: name,
  rollout: Type.Union([madeId, Type.Null()], { description: 'null: whatever the rollout' }),
  expression: Type.String(),
  reason: Type.String(),
  heldBy: Type.String(),
  createdAt: instant,
  expiresAt: instant,
});
export const holdSegmentBody = strict({
  segment: Type.Integer({ minimum: 1, maximum: 100, description: 'which answer of the search, from 1' }),
  reason: Type.Optional(reasonText),
  until,
});
export const createHoldBody = strict({
  rollout: Type.Optional(nullable(madeId)),
  expression: Type.String({ maxLength: limits.expressionLength, description: 'which devices' }),
  reason: Type.Optional(reasonText),
  until,
  allowUnknown: Type.Optional(
    Type.Boolean({ description: 'whether it may name attributes and tags that no device has had yet' }),
  ),
});

export type SegmentView = Static<typeof segmentShape>;
export type SegmentSearchView = Static<typeof segmentSearchShape>;
export type HoldView = Static<typeof holdShape>;
