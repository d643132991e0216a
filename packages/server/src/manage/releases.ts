import { getRelease, listReleases, nextCounter, publishRelease, revokeRelease } from '@fettle/control';
import { fleetId } from '@fettle/model';
import type { ManageHandlers } from './door.ts';
import { pageOf, viewPage } from './page.ts';
import { releaseView } from './views.ts';

export const releaseHandlers: ManageHandlers = {
  async listReleases({ scope, brain, params, query }) {
    return viewPage(await listReleases(scope, brain, fleetId(params.fleet), pageOf(query)), releaseView);
  },
  async publishRelease({ scope, brain, params, body, reply }) {
    const { release, created } = await publishRelease(scope, brain, fleetId(params.fleet), body.envelope);
    if (!created) reply.code(200);
    return { release: releaseView(release), created };
  },
  async nextCounter({ scope, brain, params }) {
    return { counter: await nextCounter(scope, brain, fleetId(params.fleet)) };
  },
  async getRelease({ scope, brain, params }) {
    const release = await getRelease(scope, brain, fleetId(params.fleet), params.version);
    return { ...releaseView(release), envelope: release.envelope };
  },
  async revokeRelease({ scope, brain, params, body }) {
    const asked = { version: params.version, reason: body.reason ?? '' };
    return releaseView(await revokeRelease(scope, brain, fleetId(params.fleet), asked));
  },
};
