import { recordRollout } from '@fettle/control';
import { rolloutId } from '@fettle/model';
import type { ManageHandlers } from './door.ts';
import { pageOf } from './page.ts';

export const recordingHandlers: ManageHandlers = {
  async recordRollout({ scope, brain, params, query }) {
    const { items, next } = await recordRollout(scope, brain, rolloutId(params.rollout), pageOf(query));
    return { items: [...items], next };
  },
};
