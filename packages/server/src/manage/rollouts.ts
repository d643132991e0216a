import type { Routes } from '@fettle/api';
import {
  abortRollout,
  approveRollout,
  createRollout,
  forecastRollout,
  getRollout,
  listRollouts,
  pauseRollout,
  promoteRollout,
  resumeRollout,
  rolloutDeployments,
  sendBack,
  startRollout,
} from '@fettle/control';
import { fleetId, rolloutId } from '@fettle/model';
import type { ManageHandler, ManageHandlers } from './door.ts';
import { pageOf, viewPage } from './page.ts';
import { forecastView, readPlan } from './plans.ts';
import { deploymentView, rolloutView } from './views.ts';

type Act = ManageHandler<Routes['startRollout']>;

const act =
  (call: typeof startRollout): Act =>
  async ({ scope, brain, params, body }) =>
    rolloutView(await call(scope, brain, rolloutId(params.rollout), body.reason ?? ''));

export const rolloutHandlers: ManageHandlers = {
  async listRollouts({ scope, brain, params, query }) {
    return viewPage(await listRollouts(scope, brain, fleetId(params.fleet), pageOf(query)), rolloutView);
  },
  async createRollout({ scope, brain, params, body }) {
    const asked = { ...body, plan: readPlan(body.plan), reason: body.reason ?? '' };
    return rolloutView(await createRollout(scope, brain, fleetId(params.fleet), asked));
  },
  async forecastRollout({ scope, brain, params, body }) {
    const asked = { ...body, plan: readPlan(body.plan), installMs: body.installMs };
    return forecastView(await forecastRollout(scope, brain, fleetId(params.fleet), asked));
  },
  async getRollout({ scope, brain, params }) {
    return rolloutView(await getRollout(scope, brain, rolloutId(params.rollout)));
  },
  startRollout: act(startRollout),
  approveRollout: act(approveRollout),
  pauseRollout: act(pauseRollout),
  resumeRollout: act(resumeRollout),
  abortRollout: act(abortRollout),
  promoteRollout: act(promoteRollout),
  async sendBack({ scope, brain, params, body }) {
    const { rollouts, stay } = await sendBack(scope, brain, rolloutId(params.rollout), body.reason ?? '');
    return { rollouts: rollouts.map((one) => one.id), stay };
  },
  async rolloutDeployments({ scope, brain, params, query }) {
    return viewPage(await rolloutDeployments(scope, brain, rolloutId(params.rollout), pageOf(query)), deploymentView);
  },
};
