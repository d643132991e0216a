import { route } from '../route.ts';
import { listOf, madeId, name, pageQuery, reasonBody, strict } from '../shapes/common.ts';
import { deploymentShape } from '../shapes/device.ts';
import { forecastBody, forecastShape } from '../shapes/forecast.ts';
import { recordingLineShape } from '../shapes/recording.ts';
import { createRolloutBody, rolloutShape, sentBackShape } from '../shapes/rollout.ts';

const fleet = strict({ fleet: name });
const rollout = strict({ rollout: madeId });

const act = <const Verb extends string>(verb: Verb, summary: string) =>
  route({
    method: 'POST',
    path: `/api/v1/rollouts/{rollout}/${verb}`,
    tag: 'rollouts',
    summary,
    params: rollout,
    body: reasonBody,
    statuses: [200],
    answer: rolloutShape,
  });

export const rolloutRoutes = {
  listRollouts: route({
    method: 'GET',
    path: '/api/v1/fleets/{fleet}/rollouts',
    tag: 'rollouts',
    summary: 'Rollouts of the fleet, newest first',
    params: fleet,
    query: strict(pageQuery),
    statuses: [200],
    answer: listOf(rolloutShape),
  }),
  createRollout: route({
    method: 'POST',
    path: '/api/v1/fleets/{fleet}/rollouts',
    tag: 'rollouts',
    summary: 'Bring one release to one group, in phases',
    params: fleet,
    body: createRolloutBody,
    statuses: [201],
    answer: rolloutShape,
  }),
  forecastRollout: route({
    method: 'POST',
    path: '/api/v1/fleets/{fleet}/rollouts/forecast',
    tag: 'rollouts',
    summary: 'What would happen at best if this rollout started now; changes nothing',
    params: fleet,
    body: forecastBody,
    statuses: [200],
    answer: forecastShape,
  }),
  getRollout: route({
    method: 'GET',
    path: '/api/v1/rollouts/{rollout}',
    tag: 'rollouts',
    summary: 'One rollout with the counts of each phase',
    params: rollout,
    statuses: [200],
    answer: rolloutShape,
  }),
  startRollout: act('start', 'Start a draft'),
  approveRollout: act('approve', 'Let a draft start; its maker cannot'),
  pauseRollout: act('pause', 'Offer nothing more until it is resumed; deployments under way go on'),
  resumeRollout: act('resume', 'Go on after a pause'),
  abortRollout: act('abort', 'End it for good; nothing is offered after the answer'),
  promoteRollout: act('promote', 'Open the next phase although its gate waits for a person'),
  sendBack: route({
    method: 'POST',
    path: '/api/v1/rollouts/{rollout}/send-back',
    tag: 'rollouts',
    summary: 'Bring the devices that took the release back to the one each came from',
    params: rollout,
    body: reasonBody,
    statuses: [200],
    answer: sentBackShape,
  }),
  recordRollout: route({
    method: 'GET',
    path: '/api/v1/rollouts/{rollout}/recording',
    tag: 'rollouts',
    summary: 'The rollout as it ran, line by line, to be replayed',
    params: rollout,
    query: strict(pageQuery),
    statuses: [200],
    answer: listOf(recordingLineShape),
  }),
  rolloutDeployments: route({
    method: 'GET',
    path: '/api/v1/rollouts/{rollout}/deployments',
    tag: 'rollouts',
    summary: 'Deployments of the rollout, newest first',
    params: rollout,
    query: strict(pageQuery),
    statuses: [200],
    answer: listOf(deploymentShape),
  }),
} as const;
