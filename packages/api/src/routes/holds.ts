import { route } from '../route.ts';
import { listOf, madeId, name, reasonBody, strict } from '../shapes/common.ts';
import { createHoldBody, holdSegmentBody, holdShape, segmentsShape } from '../shapes/hold.ts';

const fleet = strict({ fleet: name });

export const holdRoutes = {
  rolloutSegments: route({
    method: 'GET',
    path: '/api/v1/rollouts/{rollout}/segments',
    tag: 'rollouts',
    summary: 'What the failing devices of a rollout share, most likely first',
    params: strict({ rollout: madeId }),
    statuses: [200],
    answer: segmentsShape,
  }),
  holdSegment: route({
    method: 'POST',
    path: '/api/v1/rollouts/{rollout}/hold',
    tag: 'rollouts',
    summary: 'Hold the devices of a segment and let the rest of the rollout go on',
    params: strict({ rollout: madeId }),
    body: holdSegmentBody,
    statuses: [201],
    answer: holdShape,
  }),
  listHolds: route({
    method: 'GET',
    path: '/api/v1/fleets/{fleet}/holds',
    tag: 'rollouts',
    summary: 'Holds of the fleet; one whose time is over holds nobody',
    params: fleet,
    statuses: [200],
    answer: listOf(holdShape),
  }),
  createHold: route({
    method: 'POST',
    path: '/api/v1/fleets/{fleet}/holds',
    tag: 'rollouts',
    summary: 'Offer nothing to the devices that an expression selects, for a time',
    params: fleet,
    body: createHoldBody,
    statuses: [201],
    answer: holdShape,
  }),
  liftHold: route({
    method: 'POST',
    path: '/api/v1/fleets/{fleet}/holds/{hold}/lift',
    tag: 'rollouts',
    summary: 'End a hold before its time',
    params: strict({ fleet: name, hold: madeId }),
    body: reasonBody,
    statuses: [204],
  }),
} as const;
