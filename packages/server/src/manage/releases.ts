import { getRelease, listReleases, nextCounter, publishRelease, publishTargets, revokeRelease } from '@fettle/control';
import { FettleError, fleetId } from '@fettle/model';
import { clearanceView } from './checks.ts';
import type { ManageHandlers } from './door.ts';
import { pageOf, viewPage } from './page.ts';
import { foundImagesView, releaseView } from './views.ts';

export const releaseHandlers: ManageHandlers = {
  async listReleases({ scope, brain, params, query }) {
    return viewPage(await listReleases(scope, brain, fleetId(params.fleet), pageOf(query)), releaseView);
  },
  async publishRelease({ scope, brain, params, body, reply }) {
    const fleet = fleetId(params.fleet);
    const { envelope, targets } = body;
    if ((envelope === undefined) === (targets === undefined)) {
      throw new FettleError('invalid-input', 'Expected either envelope or targets, found both or neither.');
    }
    const { release, created } =
      targets === undefined
        ? await publishRelease(scope, brain, fleet, envelope ?? '')
        : await publishTargets(scope, brain, fleet, targets);
    if (!created) reply.code(200);
    return { release: releaseView(release), created };
  },
  async nextCounter({ scope, brain, params }) {
    return { counter: await nextCounter(scope, brain, fleetId(params.fleet)) };
  },
  async getRelease({ scope, brain, params }) {
    const release = await getRelease(scope, brain, fleetId(params.fleet), params.version);
    return {
      ...releaseView(release),
      envelope: release.envelope,
      images: foundImagesView(release),
      clearance: clearanceView(release),
    };
  },
  async revokeRelease({ scope, brain, params, body }) {
    const asked = { version: params.version, reason: body.reason ?? '' };
    return releaseView(await revokeRelease(scope, brain, fleetId(params.fleet), asked));
  },
};
